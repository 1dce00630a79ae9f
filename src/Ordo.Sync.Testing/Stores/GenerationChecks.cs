using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>A scope's versions take other names in one transaction.</summary>
internal static class GenerationChecks
{
    private const int WriterCount = 5;
    private const int RecordCount = 40;

    public static IEnumerable<ConformanceCheck> All =>
    [
        new("A compacted scope holds what it held, under one name that finds it", CompactAsync),
        new("A compaction that is not committed changes nothing", AbandonAsync),
        new("A compacted scope is the same when it is opened again", ReopenAsync, needsReopen: true),
    ];

    private static async Task CompactAsync(StoreProbe probe)
    {
        await FillAsync(probe);
        ScopeCompaction done = await ScopeCompactor.RunAsync(
            probe.Store, await CatalogAsync(probe), Sample.Scope, EntropySource.System, probe.Token);
        Expect.Equal((WriterCount, 1), (done.EntriesBefore, done.EntriesAfter), "The entries of knowledge");
        await ExpectWholeAsync(probe, done.Generation);
    }

    private static async Task AbandonAsync(StoreProbe probe)
    {
        await FillAsync(probe);
        CollectionCatalog catalog = await CatalogAsync(probe);
        string before = await probe.DumpAsync();
        await probe.AbandonAsync(async transaction =>
        {
            ScopeState state = await transaction.GetScopeAsync(Sample.Scope, probe.Token);
            var generation = new ScopeGeneration(
                Sample.Peer(99), before: default, GlobalVector.From(state.Knowledge, transaction.Replicas));
            await ScopeRenaming.RunAsync(transaction, Sample.Scope, catalog, generation, probe.Token);
        });
        Expect.Equal(before, await probe.DumpAsync(), "What is held");
        ReplicaId current = await probe.ReadAsync(
            snapshot => GenerationLedger.ReadCurrentAsync(snapshot, Sample.Scope, probe.Token).AsTask());
        Expect.That(current.IsEmpty, "the scope is in its first generation");
    }

    private static async Task ReopenAsync(StoreProbe probe)
    {
        await FillAsync(probe);
        ScopeCompaction done = await ScopeCompactor.RunAsync(
            probe.Store, await CatalogAsync(probe), Sample.Scope, EntropySource.System, probe.Token);
        await probe.ReopenAsync();
        await ExpectWholeAsync(probe, done.Generation);
    }

    private static async Task<CollectionCatalog> CatalogAsync(StoreProbe probe) =>
        await CollectionCatalog.LoadAsync(probe.Store, probe.Token);

    private static async Task FillAsync(StoreProbe probe)
    {
        CollectionCatalog catalog = await CatalogAsync(probe);
        await probe.WriteAsync(async transaction =>
        {
            ScopeDraft draft = await ScopeDraft.BeginAsync(transaction, Sample.Scope, catalog, sink: null, probe.Token);
            for (int i = 0; i < RecordCount; i++)
            {
                int writer = await transaction.InternAsync(Sample.Peer(i % WriterCount), probe.Token);
                var dot = new Dot(writer, 1 + (i / WriterCount));
                await draft.ReplaceAsync(before: null, Sample.Record($"k{i:d2}", dot, $"{i}"), probe.Token);
                draft.State = draft.State with { Knowledge = draft.State.Knowledge.With(dot) };
            }

            await draft.SaveAsync(probe.Token);
        });
    }

    private static async Task ExpectWholeAsync(StoreProbe probe, ReplicaId generation)
    {
        int name = probe.Store.Replicas.IndexOf(generation);
        Expect.That(name >= 0, "the store has met the generation's name");
        VersionVector all = VersionVector.Of(new Dot(name, RecordCount));
        ScopeState state = await probe.ReadAsync(snapshot => snapshot.GetScopeAsync(Sample.Scope, probe.Token).AsTask());
        Expect.Equal(all, state.Knowledge, "The knowledge");
        Expect.Equal((long)RecordCount, state.LiveCount, "The live records");

        // Versions are numbered writer by writer, so that is the order in which changes come.
        ChangeSlice changes = await probe.ChangesAsync(VersionVector.Empty, all);
        Expect.Sequence(
            Enumerable.Range(0, RecordCount).OrderBy(i => i % WriterCount).ThenBy(i => i).Select(i => $"k{i:d2}"),
            StoreText.KeysOf(changes.Records),
            "The records that the new name finds");
        UInt128 digest = UInt128.Zero;
        foreach (StoredRecord record in changes.Records)
        {
            digest = unchecked(digest + RecordDigest.Of(record, probe.Store.Replicas));
            int number = int.Parse(record.Key.Key.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
            Expect.Sequence(
                Sample.Map(("text", $"{number}")).ToArray(), record.Greatest.Payload.ToArray(), "The payload");
        }

        Expect.Equal(digest, state.Digest, "The digest");
        Expect.Equal(
            0,
            (await probe.ChangesAsync(all, VersionVector.Of(new Dot(name, long.MaxValue >> 20)))).Records.Count,
            "The changes beyond");
    }
}
