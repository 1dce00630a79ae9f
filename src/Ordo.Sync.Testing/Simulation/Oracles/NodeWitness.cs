using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Notes;
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
    }

    public ValueTask DroppingAsync(CommitImage image, string scope, IStoreSnapshot transaction) =>
        _departures.NoteAsync(image, scope, transaction);

    public void Committed(CommitImage image)
    {
        statistics.CommitCount++;
        _writtenCount = 0;
        _claimed.Remove(image, out Dictionary<(string Scope, RecordKey Key), StoredRecord?>? others);
        TakeReplacedForms(image);
        foreach (((string scope, RecordKey key), StoredRecord? after) in image.After)
        {
            if (!image.Dropped.Contains(scope))
            {
                JudgeRecord(image, scope, key, image.Before[(scope, key)], after);
            }
        }

        foreach ((string scope, VersionFact fact, RecordKey key) in NewlyClaimed(image))
        {
            StoredRecord? held = image.After.TryGetValue((scope, key), out StoredRecord? touched)
                ? touched
                : others!.GetValueOrDefault((scope, key));
            fact.IsSpread |= fact.Author != node;
            if (fact is { IsContent: true, MayRunAhead: false } && !IsReflected(image, scope, key, fact, held)
                && !IsAheadOfLost(scope, key, fact))
            {
                Report(image, scope, key, $"claims to know {fact} and does not hold it, nor what took its place");
            }
        }

        SpreadUnheard(image);
        foreach (string scope in image.Dropped)
        {
            // What the hub never had goes to the device's inbox when the device leaves the scope.
            ILookup<RecordKey, VersionFact> own = ledger.ListOwn(node, scope);
            ledger.Forget(node, scope);
            NotePutAgain(image, scope, own);
        }

        JudgeScopes(image);
        JudgeJournal(image);
        node.JudgeBounds(_writtenCount);
        if (image.HasRotated && node.IsOpen && node.World.HasCopies)
        {
            Disown(image);
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
                    ledger.TakeForm(node, version);
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
                    ledger.Restarted.Add(scope);
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
                JudgeNew(image, scope, key, version, dot, written > 1 ? ReplacedBy(version, dropped) : dropped, left);
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

    // Of several versions written at once, one that states another anew takes the place of that one alone.
    private List<GlobalDot> ReplacedBy(RecordVersion version, List<GlobalDot> gone)
    {
        List<GlobalDot> restated = gone.FindAll(dot => ledger.Find(dot)?.IsSameAs(version) == true);
        return restated.Count > 0 ? restated : gone;
    }

    private void JudgeNew(
        CommitImage image,
        string scope,
        RecordKey key,
        RecordVersion version,
        GlobalDot dot,
        List<GlobalDot> superseded,
        HashSet<GlobalDot> left)
    {
        CausalContext known = image.ScopesBefore.GetValueOrDefault(scope, ScopeState.Empty).ContextOf(key);
        if (ledger.Find(dot) is not { } fact)
        {
            statistics.WriteCount++;
            _writtenCount += SystemCollections.Contains(key.Collection) ? 0 : 1;
            VersionFact written = ledger.Add(
                node, scope, key, dot, version, superseded, left, seen => Knows(image, scope, known, seen));
            if (node.PolicyOf(key.Collection) == SiblingPolicy.KeepGreatest)
            {
                ledger.Restate(written, left);
            }

            JudgeForm(image, scope, key, written, superseded);
            JudgeTime(image, scope, key, written, superseded);
            return;
        }

        fact.IsSpread |= fact.Author != node;
        if (image.Replicas[version.Dot.ReplicaIndex] == image.Replica && dot.Counter > image.CounterBefore)
        {
            Report(image, scope, key, $"issues {fact} a second time");
        }

        foreach (VersionFact successor in fact.SupersededBy)
        {
            if (fact is { IsContent: true, MayReturn: false } && !successor.IsRestampOf(fact) && Knows(image, scope, known, successor.Version))
            {
                Report(image, scope, key, $"brings {fact} back, although it knew {successor}, which took its place");
            }
        }

        if (node.Approves is { } approves && !fact.IsTaken)
        {
            fact.IsTaken = true;
            if (IsDecision(node, key, version) && !approves(version.Author, scope) && !StatesTakenAnew(fact))
            {
                Report(image, scope, key, $"takes the decision {fact} of '{version.Author}', who is no approver");
            }
        }
    }

    // A form takes the place of what it showed and of nothing else; what a strategy's order drops beside it is another matter.
    private void JudgeForm(
        CommitImage image, string scope, RecordKey key, VersionFact written, List<GlobalDot> superseded)
    {
        bool isAlone = image.After[(scope, key)]!.Versions
            .Count(version => version.Kind == VersionKind.Content && !Holds(image, scope, key, version)) == 1;
        if (written.Seen is not { } seen || !isAlone || node.PolicyOf(key.Collection) == SiblingPolicy.KeepGreatest)
        {
            return;
        }

        foreach (VersionFact gone in superseded.Select(ledger.Find).OfType<VersionFact>())
        {
            if (gone.IsContent && !seen.Contains(gone.Version))
            {
                Report(image, scope, key, $"puts {written} in the place of {gone}, which its editor had not seen");
            }
        }
    }

    // Last write wins has to prefer a write to all that it took the place of. What only states another version anew has its own rules.
    private void JudgeTime(
        CommitImage image, string scope, RecordKey key, VersionFact written, List<GlobalDot> superseded)
    {
        if (node is SimulatedHub || !written.IsContent)
        {
            return;
        }

        foreach (VersionFact before in superseded.Select(ledger.Find).OfType<VersionFact>())
        {
            if (before.IsContent && !before.IsSameAs(written) && before.Content.Timestamp >= written.Content.Timestamp)
            {
                Report(image, scope, key, $"stamps {written} no later than {before}, which it takes the place of");
            }
        }
    }

    // What stands in the journal is what nobody has acknowledged: no entry may go before somebody else has the version.
    private void JudgeJournal(CommitImage image)
    {
        foreach ((string scope, Dot upTo) in image.Pruned.Where(_ => !image.HasRotated))
        {
            ReplicaId replica = image.Replicas[upTo.ReplicaIndex];
            foreach ((VersionFact fact, RecordKey key) in Between(scope, replica, above: 0, upTo.Counter))
            {
                if (fact.IsContent && fact.Author == node && !fact.IsSpread && !image.Dropped.Contains(scope))
                {
                    Report(image, scope, key, $"takes {fact} for acknowledged, which no other node has");
                }
            }
        }
    }

    private void NoteCollected(CommitImage image, string scope, GlobalDot gone)
    {
        if (ledger.Find(gone) is { Content.IsTombstone: true } fact && LocalOf(image, scope, gone) is { } local
            && image.ScopesAfter.GetValueOrDefault(scope, ScopeState.Empty).Forgotten.Contains(local))
        {
            fact.IsCollected = true;
        }
    }

    private void JudgeSiblings(CommitImage image, string scope, RecordKey key, HashSet<GlobalDot> held)
    {
        List<VersionFact> content = [.. held.Select(ledger.Find).OfType<VersionFact>().Where(fact => fact.IsContent)];
        foreach (VersionFact fact in content.Where(fact => !fact.MayReturn))
        {
            if (content.Find(other => other.Past.Contains(fact.Version) && !other.IsRestampOf(fact)) is { } other)
            {
                Report(image, scope, key, $"holds {fact} beside {other}, which had taken its place: no true conflict");
            }
        }

        if (content.Count > 1 && _conflicted.Add((scope, key)))
        {
            statistics.ConflictCount++;
        }
    }

    // A hub that was put back takes a device's word for what it wrote itself, before others bring again what was preferred to that.
    private bool IsAheadOfLost(string scope, RecordKey key, VersionFact fact) =>
        node is SimulatedHub && ledger.Of(scope, key).Any(other => other.IsUnlearned && other.Author != fact.Author
            && (other.Past.Contains(fact.Version)
                || (node.PolicyOf(key.Collection) == SiblingPolicy.KeepGreatest && fact.IsBelow(other))));

    private void JudgeScopes(CommitImage image)
    {
        foreach ((string scope, ScopeState after) in image.ScopesAfter)
        {
            ScopeState before = image.ScopesBefore[scope];
            if (!image.Dropped.Contains(scope) && !image.HasRotated && !before.Knowledge.IsDominatedBy(after.Knowledge))
            {
                report($"{node.Name} unlearns in '{scope}': it knew {before.Knowledge} and knows {after.Knowledge}.");
            }

            if (!after.Forgotten.IsDominatedBy(after.Knowledge))
            {
                report($"{node.Name} has forgotten more of '{scope}' than it knew.");
            }
        }
    }

    private bool IsReflected(CommitImage image, string scope, RecordKey key, VersionFact fact, StoredRecord? held)
    {
        ScopeState state = image.ScopesAfter.GetValueOrDefault(scope, ScopeState.Empty);
        CausalContext known = state.ContextOf(key);
        HashSet<GlobalDot> dots = DotsOf(image, scope, held);
        return dots.Contains(fact.Version)
            || fact.SupersededBy.Exists(other => dots.Contains(other.Version) || Knows(image, scope, known, other.Version))
            || LocalOf(image, scope, fact.Version) is { } local && state.Forgotten.Contains(local)
            || (node.PolicyOf(key.Collection) == SiblingPolicy.KeepGreatest
                && (dots.Select(ledger.Find).Any(other => other is not null && fact.IsBelow(other))
                    || IsBelowForgotten(image, scope, key, fact, state)));
    }

    // Last write wins had preferred a delete to it, which this node has forgotten since.
    private bool IsBelowForgotten(CommitImage image, string scope, RecordKey key, VersionFact fact, ScopeState state) =>
        ledger.Of(scope, key).Any(other => other is { IsContent: true, Content.IsTombstone: true } && fact.IsBelow(other)
            && LocalOf(image, scope, other.Version) is { } gone && state.Forgotten.Contains(gone));

    private IEnumerable<(string Scope, VersionFact Fact, RecordKey Key)> NewlyClaimed(CommitImage image)
    {
        foreach ((string scope, ScopeState after) in image.ScopesAfter)
        {
            VersionVector before = image.ScopesBefore[scope].Knowledge;
            if (image.Dropped.Contains(scope))
            {
                continue;
            }

            for (int i = 0; i < after.Knowledge.Count; i++)
            {
                Dot entry = after.Knowledge.Entries[i];
                ReplicaId replica = image.Replicas[entry.ReplicaIndex];
                foreach ((VersionFact fact, RecordKey key) in
                    Between(scope, replica, before[entry.ReplicaIndex], entry.Counter))
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

    private static bool IsDecision(SimulatedNode node, RecordKey key, RecordVersion version) =>
        node.StrategyOf(key.Collection) == ConflictStrategy.AcademicRecord && !version.Annotations.IsEmpty
        && VersionNotesCodec.Decode(version.Annotations).Decision is not null;

    // Another hub put back, in place of what it refused, what its author could decide when a hub took it.
    private bool StatesTakenAnew(VersionFact fact) => fact.Author is SimulatedHub
        && fact.Past.Select(ledger.Find).Any(before => before is { IsTaken: true } && before.IsSameAs(fact));

    private static bool Holds(CommitImage image, string scope, RecordKey key, RecordVersion version) =>
        image.Before[(scope, key)]?.Holds(version.Dot) == true;

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
