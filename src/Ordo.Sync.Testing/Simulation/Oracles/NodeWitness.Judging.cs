using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;
using Ordo.Sync.Testing.Simulation.Storage;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <content>The rules that a commit is judged by, one after the other.</content>
internal sealed partial class NodeWitness
{
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
                node, scope, key, dot, version, superseded, left, seen => Knew(image, scope, known, seen.Name) && IsCalled(image, scope, seen));
            written.IsRestatement = IsOfEngine(image, scope, key, version);
            if (node.PolicyOf(key.Collection) == SiblingPolicy.KeepGreatest)
            {
                ledger.Restate(written, left);
            }

            JudgeForm(image, scope, key, written, superseded);
            JudgeTime(image, scope, key, written, superseded);
            return;
        }

        JudgeSpread(image, scope, key, fact);
        fact.IsSpread |= fact.Author != node;
        fact.IsSeen |= fact.Author != node;
        if (image.Replicas[version.Dot.ReplicaIndex] == image.Replica && dot.Counter > image.CounterBefore)
        {
            Report(image, scope, key, $"issues {fact} a second time");
        }

        // Whatever happened elsewhere, nobody takes in what it claims itself and does not hold: that was replaced here.
        bool isClaimed = Knew(image, scope, known, dot);
        foreach (VersionFact successor in fact.SupersededBy)
        {
            if (fact.IsContent && (isClaimed || !fact.MayReturnTo(node, successor)) && Knew(image, scope, known, successor.Version))
            {
                Report(image, scope, key, $"brings {fact} back, although it knew {successor}, which took its place");
            }
        }

        if (node.Approves is { } approves && !fact.IsTaken)
        {
            fact.IsTaken = true;
            if (IsDecision(node, key, version) && !approves(version.Author, scope))
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

    // Last write wins has to prefer a write to all that it took the place of.
    private void JudgeTime(
        CommitImage image, string scope, RecordKey key, VersionFact written, List<GlobalDot> superseded)
    {
        foreach (VersionFact before in written.IsContent ? superseded.Select(ledger.Find).OfType<VersionFact>() : [])
        {
            if (written.IsRestatement && before.IsSameAs(written))
            {
                JudgeTimeAgain(image, scope, key, written, before);
            }
            else if (before.IsContent && before.Content.Timestamp >= written.Content.Timestamp)
            {
                Report(image, scope, key, $"stamps {written} no later than {before}, which it takes the place of");
            }
        }

        // What others have, they may have preferred to something else for good.
        if (written.Past.Select(ledger.Find).OfType<VersionFact>()
            .FirstOrDefault(before => before is { IsContent: true, IsSeen: true } && IsEarlierThan(written, before)) is { } spread)
        {
            Report(image, scope, key, $"stamps {written} earlier than {spread}, which others have and which it takes the place of");
        }
    }

    // What only says another version again is later; as late where its author takes a new incarnation, so that last write wins as before;
    // or earlier where a clock that ran ahead is put right before anybody else has it.
    private void JudgeTimeAgain(CommitImage image, string scope, RecordKey key, VersionFact written, VersionFact before)
    {
        int later = written.Content.Timestamp.CompareTo(before.Content.Timestamp);
        if (image.HasRotated ? later != 0 : later == 0 || (later < 0 && (before.Author != node || before.IsSpread)))
        {
            Report(image, scope, key, $"stamps {written} at another time than it may say {before} again");
        }
    }

    // Last write wins drops for good what a version that others have is preferred to: its author may not have stamped it anew earlier. A
    // form that was open meanwhile is another matter, as is a store that writes under another name.
    private void JudgeSpread(CommitImage image, string scope, RecordKey key, VersionFact fact)
    {
        if (fact.Author != node && fact.IsContent && fact.SupersededBy.Find(anew => IsEarlierThan(anew, fact)) is { } other)
        {
            Report(image, scope, key, $"takes {fact}, which its author has stamped anew, earlier, as {other}");
        }
    }

    private static bool IsEarlierThan(VersionFact anew, VersionFact before) => anew.IsContent && anew.Author is SimulatedDevice
        && anew.Content.Timestamp < before.Content.Timestamp;

    // What stands in the journal is what nobody has acknowledged: no entry may go before somebody else has the version. A copy of the
    // store has it too, and can say so, but to devices alone: who syncs with hubs hears nothing of it. Who takes a new incarnation has
    // written again what stood there, under entries of their own.
    private void JudgeJournal(CommitImage image)
    {
        bool mayHearCopies = node.World.Devices.Any(device => device.Peer is SimulatedDevice);
        foreach ((string scope, Dot upTo) in image.Pruned)
        {
            ReplicaId replica = image.Replicas[upTo.ReplicaIndex];
            foreach ((VersionFact fact, RecordKey key) in Between(scope, replica, above: 0, upTo.Counter))
            {
                bool isAgain = image.HasRotated && fact.SupersededBy.Count > 0;
                if (fact.IsContent && fact.Author == node && !fact.IsSpread && !(mayHearCopies && fact.IsCopied)
                    && !isAgain && !image.Dropped.Contains(scope))
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
        foreach (VersionFact fact in content)
        {
            if (content.Find(other => other.Past.Contains(fact.Version)
                && !fact.MayStandBeside(other) && !(fact.MayStay && other.IsUnlearned)) is { } other)
            {
                Report(image, scope, key, $"holds {fact} beside {other}, which had taken its place: no true conflict");
            }
        }

        if (content.Count > 1 && _conflicted.Add((scope, key)))
        {
            statistics.ConflictCount++;
        }
    }

    // A hub that was put back takes a device's word for what it wrote itself, before others bring again what was preferred to that; so do
    // those who pull from it meanwhile. Who knows what was preferred has to hold it.
    private bool IsAheadOfLost(CommitImage image, string scope, RecordKey key, VersionFact fact)
    {
        CausalContext known = image.ScopesAfter[scope].ContextOf(key);
        return ledger.Of(scope, key).Any(other => other.IsUnlearned && other.Author != fact.Author
            && !Knows(image, scope, known, other.Version)
            && (other.Past.Contains(fact.Version)
                || (node.PolicyOf(key.Collection) == SiblingPolicy.KeepGreatest && fact.IsBelow(other))));
    }

    private void JudgeScopes(CommitImage image)
    {
        foreach ((string scope, ScopeState after) in image.ScopesAfter)
        {
            ScopeState before = image.ScopesBefore[scope];
            if (!image.Dropped.Contains(scope) && Unlearns(image, before.Knowledge, after.Knowledge)
                && !(image.HasRotated && UnlearnsOnlyOwn(image, scope)))
            {
                report($"{node.Name} unlearns in '{scope}': it knew {before.Knowledge} and knows {after.Knowledge}.");
            }

            if (!after.Forgotten.IsDominatedBy(after.Knowledge))
            {
                report($"{node.Name} has forgotten more of '{scope}' than it knew.");
            }
        }
    }

    // Who takes a new incarnation claims no more of what it wrote before than others have acknowledged.
    private bool UnlearnsOnlyOwn(CommitImage image, string scope) =>
        Unlearnt(image, scope).All(written => written.Fact.Author.Principal == node.Principal);

    private bool Unlearns(CommitImage image, VersionVector before, VersionVector after)
    {
        if (Generations.IsEmpty)
        {
            return !before.IsDominatedBy(after);
        }

        SortedDictionary<ReplicaId, long> known = FirstOf(image, after);
        return FirstOf(image, before).Any(claimed => known.GetValueOrDefault(claimed.Key) < claimed.Value);
    }

    private static bool IsDecision(SimulatedNode node, RecordKey key, RecordVersion version) =>
        node.StrategyOf(key.Collection) == ConflictStrategy.AcademicRecord && !version.Annotations.IsEmpty
        && VersionNotesCodec.Decode(version.Annotations).Decision is not null;

    private static bool Holds(CommitImage image, string scope, RecordKey key, RecordVersion version) =>
        image.Before[(scope, key)]?.Holds(version.Dot) == true;
}
