// What the viewer adds to a page.

import "./histogram.js";
import "./lens.js";
import "./picker.js";
import "./range.js";
import "./table.js";
