using System.Collections.Concurrent;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Records;

namespace Ordo.Sync.Engine.Resolvers;

/// <summary>
/// Custom: the app's resolver says what readers see. Where it fails, the record waits in the inbox and shows its newest version
/// meanwhile.
/// </summary>
internal sealed class ResolverBehavior(ResolverGuard guard, IPayloadSerializer serializer)
    : StrategyBehavior, IDisposable
{
    private const int FailuresMax = 10_000;

    private readonly ConcurrentDictionary<(string Scope, RecordKey Key), ResolverFailure> _failures = [];

    protected override RecordView ViewContent(string scope, StoredRecord record)
    {
        RecordVersion newest = record.Versions.LastOrDefault(version => !version.IsTombstone) ?? record.Greatest;
        if (!record.HasSiblings)
        {
            return new RecordView(RecordState.Current, newest.Payload, newest);
        }

        if (_failures.TryGetValue((scope, record.Key), out ResolverFailure? known) && known.IsOf(record))
        {
            return new RecordView(RecordState.Conflicted, newest.Payload, newest);
        }

        var context = new ResolverContext(scope, record.Key.Collection, record.Key.Key, record.Versions, serializer);
        bool? isResolved = guard.TryResolve(context, out ResolverResult result, out string? failure);
        if (isResolved == true)
        {
            _failures.TryRemove((scope, record.Key), out _);
            return new RecordView(RecordState.Current, result.Payload, newest);
        }

        if (isResolved == false && _failures.Count < FailuresMax)
        {
            _failures[(scope, record.Key)] = new ResolverFailure([.. record.Versions.Select(v => v.Dot)], failure!);
        }

        return new RecordView(RecordState.Conflicted, newest.Payload, newest);
    }

    public void Dispose() => guard.Dispose();

    private protected override bool IsLasting(RecordView view) => view.State == RecordState.Current;

    /// <summary>Why the resolver has no result for a record; <see langword="null"/> where it has.</summary>
    public string? FailureOf(string scope, StoredRecord record) =>
        View(scope, record).State == RecordState.Current ? null
            : _failures.TryGetValue((scope, record.Key), out ResolverFailure? failure) && failure.IsOf(record.Content!) ? failure.Message
            : "The resolver had no time for this record yet; it is asked again when the record is read.";
}
