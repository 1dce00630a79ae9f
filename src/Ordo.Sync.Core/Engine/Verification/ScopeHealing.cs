using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Verification;

/// <summary>Heals what a verification found, one page of the peer's records a transaction.</summary>
/// <param name="store">The store.</param>
/// <param name="catalog">Its collections.</param>
/// <param name="scope">The scope.</param>
/// <param name="sink">Is told what changes.</param>
/// <param name="committed">Is called when that is durable.</param>
internal sealed class ScopeHealing(
    IRecordStore store, CollectionCatalog catalog, string scope, IChangeSink? sink, Action? committed)
{
    /// <summary>Heals, and says what was done about each suspect.</summary>
    public async ValueTask<VerifyRemedy[]> RunAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> pages,
        IReadOnlyList<Suspect> suspects,
        IReadOnlyList<VerifySide> sides,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var remedies = new VerifyRemedy[suspects.Count];
        foreach (IGrouping<int, int> page in Enumerable.Range(0, suspects.Count).GroupBy(i => suspects[i].Page))
        {
            // What was written anew raises what this replica knows of itself; what is fetched must not meet that.
            int[] fetched = [.. page.Where(i => sides[i] == VerifySide.Here)];
            int[] others = [.. page.Except(fetched)];
            foreach (int[] group in new[] { fetched, others }.Where(group => group.Length > 0))
            {
                await HealAsync(pages[page.Key], group, suspects, sides, remedies, now, cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        return remedies;
    }

    private async ValueTask HealAsync(
        ReadOnlyMemory<byte> bytes,
        int[] group,
        IReadOnlyList<Suspect> suspects,
        IReadOnlyList<VerifySide> sides,
        VerifyRemedy[] remedies,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        ScopeDraft draft = await ScopeDraft
            .BeginAsync(transaction, scope, catalog, sink, cancellationToken).ConfigureAwait(false);
        PageReader reader = PageReader.Open(bytes);
        foreach (var collection in reader.Header.Collections)
        {
            catalog.Declare(collection);
        }

        TranslatedPage page = await TranslatedPage
            .OpenAsync(transaction, reader, ApplyRules.Trusting, cancellationToken).ConfigureAwait(false);
        var records = new Dictionary<RecordKey, RemoteRecord>();
        while (page.TryRead(out RemoteRecord? record))
        {
            records[record!.Key] = record;
        }

        var healer = new RecordHealer(transaction, catalog, draft, now);
        foreach (int i in group)
        {
            RecordKey key = suspects[i].Key;
            records.TryGetValue(key, out RemoteRecord? remote);
            remedies[i] = sides[i] switch
            {
                VerifySide.Here => await healer.AdoptAsync(key, remote, page.Knowledge, cancellationToken).ConfigureAwait(false),
                VerifySide.There => await healer.WriteAnewAsync(key, remote, cancellationToken).ConfigureAwait(false),
                _ => await healer.KeepBothAsync(key, remote, page.Knowledge, cancellationToken).ConfigureAwait(false),
            };
        }

        transaction.AdvanceClock(page.Header.Clock);
        IReadOnlyList<string> declared = await catalog.SaveAsync(transaction, cancellationToken).ConfigureAwait(false);
        await draft.SaveAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        catalog.MarkSaved(declared);
        committed?.Invoke();
    }
}
