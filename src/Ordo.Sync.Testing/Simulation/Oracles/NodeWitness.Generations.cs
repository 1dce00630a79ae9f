using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Storage;
using Ordo.Sync.Testing.Simulation.Storage;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <content>
/// Generations of scopes: who comes into one calls the versions of the past otherwise, and claims, holds and says the same as before.
/// </content>
internal sealed partial class NodeWitness
{
    private GenerationNames Generations => ledger.Names.Generations;

    // What a hub folds is learnt from what it keeps for those who come later, and has to be what it knew itself.
    private async ValueTask NoteGenerationsAsync(CommitImage image, IStoreSnapshot transaction)
    {
        foreach ((string scope, (ReplicaId before, ReplicaId after)) in image.Generations)
        {
            if (before == after || after.IsEmpty || Generations.Has(after))
            {
                continue;
            }

            IReadOnlyList<ScopeGeneration>? kept = await GenerationLedger
                .ReadAfterAsync(transaction, scope, before, CancellationToken.None).ConfigureAwait(false);
            if (node is not SimulatedHub || kept is not [var begun] || !image.ScopesBefore.TryGetValue(scope, out ScopeState? state))
            {
                report($"{node.Name} comes into a generation of '{scope}' that no hub has begun.");
                continue;
            }

            GlobalVector known = GlobalVector.From(state.Knowledge, image.Replicas);
            if (!begun.Folded.Entries.All(folded => known[folded.Replica] == folded.Counter))
            {
                report($"{node.Name} folds {begun.Folded} of '{scope}' and knows {known}.");
            }

            Generations.Add(after, before, begun.Folded);
        }
    }

    // A scope that was empty is filled in the generation that its hub is in, and claims nothing before.
    private void JudgeGenerations(CommitImage image)
    {
        foreach ((string scope, (ReplicaId before, ReplicaId after)) in image.Generations)
        {
            if (before == after || image.Dropped.Contains(scope) || !image.ScopesBefore.TryGetValue(scope, out ScopeState? was)
                || was.Knowledge.IsEmpty)
            {
                continue;
            }

            statistics.RenamingCount++;
            ScopeState state = image.ScopesAfter[scope];
            if (!FirstOf(image, was.Knowledge).SequenceEqual(FirstOf(image, state.Knowledge)))
            {
                report($"{node.Name} comes into another generation of '{scope}' and claims something else there: it knew "
                    + $"{GlobalVector.From(was.Knowledge, image.Replicas)} and knows {GlobalVector.From(state.Knowledge, image.Replicas)}.");
            }

            foreach (((string ofScope, RecordKey key), StoredRecord? held) in image.After)
            {
                if (ofScope == scope)
                {
                    JudgeRenamed(image, scope, key, held);
                }
            }
        }
    }

    // One name each, and what stands under it is what was written as that.
    private void JudgeRenamed(CommitImage image, string scope, RecordKey key, StoredRecord? held)
    {
        if (DotsOf(image, scope, held).Count != (held?.Versions.Length ?? 0))
        {
            Report(image, scope, key, "calls two versions alike");
        }

        foreach (RecordVersion version in held?.Versions ?? [])
        {
            if (ledger.Find(NameOf(image.Replicas, scope, version.Dot)) is { } fact
                && (fact.Content.Timestamp != version.Timestamp || (fact.IsContent && !fact.IsSameAs(version))))
            {
                Report(image, scope, key, $"gives the name of {fact} to another version");
            }
        }
    }

    private SortedDictionary<ReplicaId, long> FirstOf(CommitImage image, VersionVector vector) =>
        Generations.FirstOf(GlobalVector.From(vector, image.Replicas));

    // What a form had shown may be called otherwise by now. It is saved by the old names, which are no version's any more, and stands beside.
    private bool IsCalled(CommitImage image, string scope, ShownVersion seen) =>
        Generations.At(image.GenerationOf(scope), Generations.FirstOf(seen.Spoken)) == seen.Spoken;

    // What was forgotten of the folded is not carried over: everybody in the generation knows it.
    private bool HasForgotten(CommitImage image, string scope, VersionFact fact, ScopeState state) =>
        (LocalOf(image, scope, fact.Version) is { } local && state.Forgotten.Contains(local))
        || (fact.IsCollected && Generations.At(image.GenerationOf(scope), fact.Version) != fact.Version);
}
