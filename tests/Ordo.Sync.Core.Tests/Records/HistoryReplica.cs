using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Core.Tests.Records;

/// <summary>
/// What one replica holds of one record, as a value: the state of a delta-CRDT (versions and context), joined by the
/// merge rule.
/// </summary>
internal sealed record HistoryReplica(SiblingPolicy Policy, ReplicaTable Replicas)
{
    public static RecordKey Key { get; } = new("notes", "a");

    public StoredRecord? Record { get; init; }

    public CausalContext Context { get; init; } = new(VersionVector.Empty);

    public HybridTimestamp Clock { get; init; }

    public ImmutableArray<RecordVersion> Versions => Record?.Versions ?? [];

    /// <summary>This replica after a write that supersedes those of its versions that the writer had seen.</summary>
    public HistoryReplica Put(RecordVersion version, IReadOnlySet<Dot> seen)
    {
        RecordVersion[] kept = [.. Versions.Where(one => !seen.Contains(one.Dot)), version];
        return this with
        {
            Record = new StoredRecord(Key, MergeRule.Reduce(kept, Policy, Replicas)),
            Context = Context with { Knowledge = Context.Knowledge.With(version.Dot) },
            Clock = version.Timestamp,
        };
    }

    /// <summary>This replica after all that another holds has come.</summary>
    /// <param name="sender">The other.</param>
    /// <param name="asException">
    /// Whether what is learned holds for this record only, as in a transfer not yet complete.
    /// </param>
    public HistoryReplica Join(HistoryReplica sender, bool asException = false)
    {
        ImmutableArray<RecordVersion> values = [.. sender.Versions.Where(one => !Context.Contains(one.Dot))];
        var remote = new RemoteRecord(Key, [.. sender.Versions.Select(one => one.Dot)], values, sender.Context);
        Assert.True(MergeRule.TryMerge(Record, Context, remote, Policy, Replicas, out StoredRecord? merged));
        VersionVector learned = AllOf(sender.Context);
        return this with
        {
            Record = merged,
            Context = asException
                ? Context with { Exception = (Context.Exception ?? VersionVector.Empty).Merge(learned) }
                : new CausalContext(Context.Knowledge.Merge(learned), Context.Exception),
            Clock = HybridTimestamp.Max(Clock, sender.Clock),
        };
    }

    /// <summary>What the state is, in a form that equals where it is the same.</summary>
    public string Describe() => $"{string.Join(' ', Versions)} of {AllOf(Context)}";

    public static VersionVector AllOf(CausalContext context) =>
        context.Exception is { } more ? context.Knowledge.Merge(more) : context.Knowledge;
}
