// What the viewer adds to a page.

import "./board.js";
import "./histogram.js";
import "./lens.js";
import "./picker.js";
import "./range.js";
import "./table.js";
