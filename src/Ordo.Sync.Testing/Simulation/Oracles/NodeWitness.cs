using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Testing.Simulation.Storage;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>
/// Judges each commit of a node by what was truly written: nothing vanishes without a successor, nothing comes back, nothing is
/// claimed that is not reflected, no dot names two versions, and only approvers decide.
/// </summary>
internal sealed partial class NodeWitness(SimulatedNode node, VersionLedger ledger, SimulationStatistics statistics, Action<string> report)
    : ICommitWitness
{
    private readonly Dictionary<CommitImage, Dictionary<(string Scope, RecordKey Key), StoredRecord?>> _claimed = [];
    private readonly HashSet<(string Scope, RecordKey Key)> _conflicted = [];
    private readonly DepartureOracle _departures = new(node, ledger, report);
    private readonly RefusalOracle _refusals = new(node, ledger, report);
    private int _writtenCount;

    public async ValueTask OpenedAsync(IRecordStore store)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync().ConfigureAwait(false);
        if (ledger.Forget(node, snapshot.Replica, snapshot.Counter) is { } lost)
        {
            report($"{node.Name} came up without {lost}, which its app was told is on the disk.");
        }
    }

    public async ValueTask CompleteAsync(CommitImage image, IStoreSnapshot transaction)
    {
        HearNames(image);
        await NoteGenerationsAsync(image, transaction).ConfigureAwait(false);
        Dictionary<(string Scope, RecordKey Key), StoredRecord?> others = [];
        foreach ((string scope, VersionFact _, RecordKey key) in NewlyClaimed(image))
        {
            if (!image.After.ContainsKey((scope, key)) && !others.ContainsKey((scope, key)))
            {
                others.Add((scope, key), await transaction.GetAsync(scope, key).ConfigureAwait(false));
            }
        }

        _claimed[image] = others;
        await _departures.JudgeAsync(image, transaction).ConfigureAwait(false);
        await _refusals.JudgeAsync(image, transaction).ConfigureAwait(false);
    }

    public ValueTask DroppingAsync(CommitImage image, string scope, IStoreSnapshot transaction) =>
        _departures.NoteAsync(image, scope, transaction);

    public void Committed(CommitImage image)
    {
        statistics.CommitCount++;
        _writtenCount = 0;
        _claimed.Remove(image, out Dictionary<(string Scope, RecordKey Key), StoredRecord?>? others);
        TakeReplacedForms(image);
        JudgeGenerations(image);
        foreach (((string scope, RecordKey key), StoredRecord? after) in image.After)
        {
            if (!image.Dropped.Contains(scope))
            {
                JudgeRecord(image, scope, key, image.Before[(scope, key)], after);
            }
        }

        JudgeClaims(image, others!, areDropped: false);
        SpreadUnheard(image);
        foreach (string scope in image.Dropped)
        {
            // What the hub never had goes to the device's inbox when the device leaves the scope.
            ILookup<RecordKey, VersionFact> own = ledger.ListOwn(node, scope);
            ledger.Forget(node, scope);
            NotePutAgain(image, scope, own);
        }

        JudgeClaims(image, others!, areDropped: true);
        JudgeScopes(image);
        JudgeJournal(image);
        node.JudgeBounds(_writtenCount);
        if (image.HasRotated)
        {
            Disown(image);
        }
    }

    // Who drops a scope and writes in it again in the same commit claims what it wrote then, and nothing from before.
    private void JudgeClaims(
        CommitImage image, Dictionary<(string Scope, RecordKey Key), StoredRecord?> others, bool areDropped)
    {
        foreach ((string scope, VersionFact fact, RecordKey key) in NewlyClaimed(image))
        {
            if (image.Dropped.Contains(scope) != areDropped)
            {
                continue;
            }

            StoredRecord? held = image.After.TryGetValue((scope, key), out StoredRecord? touched)
                ? touched
                : others.GetValueOrDefault((scope, key));
            fact.IsSpread |= fact.Author != node;
            if (fact.IsContent && !fact.MayRunAheadAt(node) && !IsReflected(image, scope, key, fact, held)
                && !IsAheadOfLost(image, scope, key, fact))
            {
                Report(image, scope, key, $"claims to know {fact} and does not hold it, nor what took its place");
            }
        }
    }

    // What a form wrote may be edited again in the same commit: the edit repeats its text, and is not of that form.
    private void TakeReplacedForms(CommitImage image)
    {
        HashSet<Dot> seen = [];
        foreach ((string scope, StoredRecord record) in image.Put)
        {
            foreach (RecordVersion version in record.Versions)
            {
                if (!SystemCollections.Contains(record.Key.Collection) && seen.Add(version.Dot)
                    && image.After[(scope, record.Key)]?.Holds(version.Dot) != true)
                {
                    ledger.Forms.Take(node, version);
                }
            }
        }
    }

    // A first transfer that cannot go on: the device drops the scope and writes its own versions again, over nothing. What they took
    // the place of before, it knows no more, as one who left the scope and came back.
    private void NotePutAgain(CommitImage image, string scope, ILookup<RecordKey, VersionFact> own)
    {
        foreach (((string ofScope, RecordKey key), StoredRecord? after) in image.After)
        {
            foreach (RecordVersion version in ofScope == scope ? after?.Versions ?? [] : [])
            {
                GlobalDot dot = NameOf(image.Replicas, scope, version.Dot);
                if (ledger.Find(dot) is null)
                {
                    statistics.WriteCount++;
                    VersionFact? before = own[key].LastOrDefault(fact => fact.IsSameAs(version));
                    ledger.AddAgain(node, scope, key, dot, version, DotsOf(image, scope, after), before);
                    if (before is null && version.Kind == VersionKind.Content && !SystemCollections.Contains(key.Collection))
                    {
                        Report(image, scope, key, $"writes {Tell(version)} after it dropped the scope, which is nothing of its own there");
                    }
                }
            }
        }
    }

    private void JudgeRecord(CommitImage image, string scope, RecordKey key, StoredRecord? before, StoredRecord? after)
    {
        HashSet<GlobalDot> was = DotsOf(image, scope, before);
        HashSet<GlobalDot> left = DotsOf(image, scope, after);
        List<GlobalDot> dropped = [.. was.Except(left)];
        int written = left.Count(dot => !was.Contains(dot) && ledger.Find(dot) is null);
        foreach (RecordVersion version in after?.Versions ?? [])
        {
            GlobalDot dot = NameOf(image.Replicas, scope, version.Dot);
            if (!was.Contains(dot))
            {
                JudgeNew(image, scope, key, version, dot, ReplacedBy(image, scope, key, version, dropped, written > 1), left);
            }
        }

        foreach (GlobalDot dot in dropped)
        {
            NoteCollected(image, scope, dot);
            if (ledger.Find(dot) is not { IsContent: true } gone)
            {
                continue;
            }

            gone.IsBeaten |= node.PolicyOf(key.Collection) == SiblingPolicy.KeepGreatest
                && left.Select(ledger.Find).Any(other => other is not null && gone.IsBelow(other));
            if (!IsReflected(image, scope, key, gone, after))
            {
                Report(image, scope, key, $"lost {gone}, and nothing known here took its place");
            }
        }

        JudgeSiblings(image, scope, key, left);
    }

    private bool IsReflected(CommitImage image, string scope, RecordKey key, VersionFact fact, StoredRecord? held)
    {
        ScopeState state = image.ScopesAfter.GetValueOrDefault(scope, ScopeState.Empty);
        CausalContext known = state.ContextOf(key);
        HashSet<GlobalDot> dots = DotsOf(image, scope, held);
        return dots.Contains(fact.Version)
            || fact.SupersededBy.Exists(other => dots.Contains(other.Version) || Knows(image, scope, known, other.Version))
            || HasForgotten(image, scope, fact, state)
            || (node.PolicyOf(key.Collection) == SiblingPolicy.KeepGreatest
                && (dots.Select(ledger.Find).Any(other => other is not null && fact.IsBelow(other))
                    || IsBelowForgotten(image, scope, key, fact, state)));
    }

    // Last write wins had preferred a delete to it, which this node has forgotten since.
    private bool IsBelowForgotten(CommitImage image, string scope, RecordKey key, VersionFact fact, ScopeState state) =>
        ledger.Of(scope, key).Any(other => other is { IsContent: true, Content.IsTombstone: true } && fact.IsBelow(other)
            && HasForgotten(image, scope, other, state));

    private IEnumerable<(string Scope, VersionFact Fact, RecordKey Key)> NewlyClaimed(CommitImage image)
    {
        foreach ((string scope, ScopeState after) in image.ScopesAfter)
        {
            // Who comes into another generation claims all of it anew, by other names.
            (ReplicaId Before, ReplicaId After) generation = image.Generations.GetValueOrDefault(scope);
            VersionVector known = image.Dropped.Contains(scope) || generation.Before != generation.After
                ? VersionVector.Empty
                : image.ScopesBefore[scope].Knowledge;
            SortedDictionary<ReplicaId, long> before = FirstOf(image, known);
            foreach ((ReplicaId replica, long counter) in FirstOf(image, after.Knowledge))
            {
                foreach ((VersionFact fact, RecordKey key) in
                    Between(scope, replica, before.GetValueOrDefault(replica), counter))
                {
                    yield return (scope, fact, key);
                }
            }
        }
    }

    private void Report(CommitImage image, string scope, RecordKey key, string what)
    {
        string history = string.Join(
            Environment.NewLine,
            ledger.Of(scope, key).Select(fact => $"    {fact} over {{{string.Join(", ", fact.Past.Select(Tell))}}}"));
        string before = Tell(image, scope, image.Before.GetValueOrDefault((scope, key)));
        string after = Tell(image, scope, image.After.GetValueOrDefault((scope, key)));
        report($"{node.Name} {what}. Of {scope} {key} it held {{{before}}} and holds {{{after}}}; written was:"
            + $"{Environment.NewLine}{history}");
    }

    private string Tell(GlobalDot dot) => ledger.Find(dot)?.ToString() ?? dot.ToString();

    private string Tell(CommitImage image, string scope, StoredRecord? record) =>
        string.Join(", ", (record?.Versions ?? []).Select(version => Tell(NameOf(image.Replicas, scope, version.Dot))));

    private HashSet<GlobalDot> DotsOf(CommitImage image, string scope, StoredRecord? record)
    {
        HashSet<GlobalDot> dots = [];
        foreach (RecordVersion version in record?.Versions ?? [])
        {
            dots.Add(NameOf(image.Replicas, scope, version.Dot));
        }

        return dots;
    }
}
