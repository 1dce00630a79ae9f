using System.Diagnostics;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Diagnostics;

/// <summary>Makes the spans of a sync. Without a listener there are none.</summary>
internal static class SyncActivities
{
    /// <summary>Begins a span; <see langword="null"/> where nobody wants it.</summary>
    /// <param name="name">What is done; few names in all.</param>
    /// <param name="kind">On which side of a call.</param>
    /// <param name="scope">The scope; <see langword="null"/> for none.</param>
    public static Activity? Start(string name, ActivityKind kind, string? scope = null)
    {
        Activity? activity = SyncTelemetry.Source.StartActivity(name, kind);
        if (scope is not null)
        {
            activity?.SetTag("ordo.sync.scope", scope);
        }

        return activity;
    }

    /// <summary>Says that what the span is of has failed. The code says why; messages may name people's records and stay out.</summary>
    public static void Fail(this Activity? activity, SyncErrorCode code) =>
        activity?.SetTag("error.type", code.ToString()).SetStatus(ActivityStatusCode.Error, code.ToString());
}
