"""X-Ray: traces, what can be asked of them, and the service graph."""

from typing import Final

from awsdash.demo.aws.operations import Service
from awsdash.demo.aws.xray import groups, insights, segments, service_graph, settings, summaries

SERVICE: Final = Service(
    signed_as="xray",
    model="xray",
    invalid="InvalidRequestException",
    operations={
        "BatchGetTraces": segments.batch_get_traces,
        "CreateGroup": groups.create_group,
        "DeleteGroup": groups.delete_group,
        "GetEncryptionConfig": settings.get_encryption_config,
        "GetGroup": groups.get_group,
        "GetGroups": groups.get_groups,
        "GetInsightSummaries": insights.get_insight_summaries,
        "GetSamplingRules": settings.get_sampling_rules,
        "GetServiceGraph": service_graph.get_service_graph,
        "GetTimeSeriesServiceStatistics": service_graph.get_time_series_service_statistics,
        "GetTraceGraph": service_graph.get_trace_graph,
        "GetTraceSegmentDestination": settings.get_trace_segment_destination,
        "GetTraceSummaries": summaries.get_trace_summaries,
        "PutTelemetryRecords": segments.put_telemetry_records,
        "PutTraceSegments": segments.put_trace_segments,
        "UpdateGroup": groups.update_group,
    },
    seeds={"insights": insights.seed},
)
