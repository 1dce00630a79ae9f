using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Simulation.Storage;

/// <summary>A write of a simulated store: remembers what it changes, and meets the disk at each step.</summary>
internal sealed class SimulatedTransaction(
    IStoreTransaction inner, SimulatedDisk disk, SimulatedLog log, ICommitWitness witness) : IStoreTransaction
{
    private readonly CommitImage _image = new() { Replica = inner.Replica, CounterBefore = inner.Counter };

    private readonly Dictionary<string, ReplicaId> _generations = new(StringComparer.Ordinal);

    public ReplicaTable Replicas => inner.Replicas;

    public ReplicaId Replica => inner.Replica;

    public HybridTimestamp Clock => inner.Clock;

    public long Counter => inner.Counter;

    public ValueTask<ScopeState> GetScopeAsync(string scope, CancellationToken cancellationToken) =>
        inner.GetScopeAsync(scope, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListScopesAsync(CancellationToken cancellationToken) =>
        inner.ListScopesAsync(cancellationToken);

    public ValueTask<StoredRecord?> GetAsync(string scope, RecordKey key, CancellationToken cancellationToken) =>
        inner.GetAsync(scope, key, cancellationToken);

    public ValueTask<ChangeSlice> ReadChangesAsync(string scope, ChangeQuery query, CancellationToken cancellationToken) =>
        inner.ReadChangesAsync(scope, query, cancellationToken);

    public ValueTask<RangeSlice> ReadRangeAsync(
        string scope, KeyRange range, ReadBudget budget, CancellationToken cancellationToken) =>
        inner.ReadRangeAsync(scope, range, budget, cancellationToken);

    public ValueTask<IReadOnlyList<StoredRecord>> QueryAsync(
        string scope, RecordQuery query, CancellationToken cancellationToken) =>
        inner.QueryAsync(scope, query, cancellationToken);

    public ValueTask<IReadOnlyList<JournalEntry>> ReadJournalAsync(
        long afterSequence, int countMax, CancellationToken cancellationToken) =>
        inner.ReadJournalAsync(afterSequence, countMax, cancellationToken);

    public ValueTask<JournalStatus> GetJournalStatusAsync(string? scope, CancellationToken cancellationToken) =>
        inner.GetJournalStatusAsync(scope, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> GetLocalAsync(string area, string key, CancellationToken cancellationToken) =>
        inner.GetLocalAsync(area, key, cancellationToken);

    public ValueTask<IReadOnlyList<LocalEntry>> ListLocalAsync(
        string area, string? afterKey, int countMax, CancellationToken cancellationToken) =>
        inner.ListLocalAsync(area, afterKey, countMax, cancellationToken);

    public ValueTask<int> InternAsync(ReplicaId replica, CancellationToken cancellationToken) =>
        inner.InternAsync(replica, cancellationToken);

    public Dot NextDots(int count) => inner.NextDots(count);

    public void AdvanceClock(HybridTimestamp timestamp) => inner.AdvanceClock(timestamp);

    public void ResetClock(HybridTimestamp timestamp) => inner.ResetClock(timestamp);

    public async ValueTask<bool> TryAddAsync(string scope, StoredRecord record, CancellationToken cancellationToken)
    {
        await TouchAsync(scope, record.Key).ConfigureAwait(false);
        bool isAdded = await inner.TryAddAsync(scope, record, cancellationToken).ConfigureAwait(false);
        if (isAdded)
        {
            _image.Put.Add((scope, record));
        }

        return isAdded;
    }

    public async ValueTask PutAsync(string scope, StoredRecord record, CancellationToken cancellationToken)
    {
        await TouchAsync(scope, record.Key).ConfigureAwait(false);
        _image.Put.Add((scope, record));
        await inner.PutAsync(scope, record, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RemoveAsync(string scope, RecordKey key, CancellationToken cancellationToken)
    {
        await TouchAsync(scope, key).ConfigureAwait(false);
        await inner.RemoveAsync(scope, key, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask SetScopeAsync(string scope, ScopeState state, CancellationToken cancellationToken)
    {
        await disk.TouchAsync(DiskEffect.Write).ConfigureAwait(false);
        if (!_image.ScopesBefore.ContainsKey(scope))
        {
            _image.ScopesBefore.Add(scope, await inner.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false));
        }

        await inner.SetScopeAsync(scope, state, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DropScopeAsync(string scope, CancellationToken cancellationToken)
    {
        await disk.TouchAsync(DiskEffect.Write).ConfigureAwait(false);
        await witness.DroppingAsync(_image, scope, inner).ConfigureAwait(false);
        _image.Dropped.Add(scope);
        await inner.DropScopeAsync(scope, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask AppendJournalAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        await disk.TouchAsync(DiskEffect.Write).ConfigureAwait(false);
        await inner.AppendJournalAsync(entry, cancellationToken).ConfigureAwait(false);
        if (entry.Kind == OperationKind.Restamp)
        {
            _image.Restated.Add((entry.Scope, entry.Dot));
        }
    }

    public async ValueTask<int> PruneJournalAsync(string scope, Dot upTo, CancellationToken cancellationToken)
    {
        await disk.TouchAsync(DiskEffect.Write).ConfigureAwait(false);
        _image.Pruned.Add((scope, upTo));
        return await inner.PruneJournalAsync(scope, upTo, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask SetLocalAsync(
        string area, string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        await disk.TouchAsync(DiskEffect.Write).ConfigureAwait(false);
        await NoteGenerationAsync(area, key, cancellationToken).ConfigureAwait(false);
        await inner.SetLocalAsync(area, key, value, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RemoveLocalAsync(string area, string key, CancellationToken cancellationToken)
    {
        await disk.TouchAsync(DiskEffect.Write).ConfigureAwait(false);
        _image.RemovedLocals.Add((area, key));
        await NoteGenerationAsync(area, key, cancellationToken).ConfigureAwait(false);
        await inner.RemoveLocalAsync(area, key, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask RotateAsync(ReplicaId replica, CancellationToken cancellationToken)
    {
        _image.HasRotated = true;
        return inner.RotateAsync(replica, cancellationToken);
    }

    public async ValueTask CommitAsync(Durability durability, CancellationToken cancellationToken)
    {
        bool failsFlush = durability == Durability.Full && disk.FailsFlush();
        await WriteAsync(failsFlush ? Durability.Normal : durability, cancellationToken).ConfigureAwait(false);

        // The node may die between the commit and the caller's knowing of it.
        await disk.TouchAsync(DiskEffect.Committed).ConfigureAwait(false);
        if (failsFlush)
        {
            throw SimulatedDisk.FlushError();
        }
    }

    // Visible now, on the disk later: whoever reads meanwhile may tell others only after PersistAsync.
    public async ValueTask<Task> SubmitAsync(Durability durability, CancellationToken cancellationToken)
    {
        await WriteAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
        return durability == Durability.Full ? log.FlushAsync() : Task.CompletedTask;
    }

    // A transaction of a dead node is over with its store.
    public ValueTask DisposeAsync() => disk.IsDead ? default : inner.DisposeAsync();

    private async ValueTask WriteAsync(Durability durability, CancellationToken cancellationToken)
    {
        await disk.TouchAsync(DiskEffect.Commit).ConfigureAwait(false);
        foreach ((string scope, RecordKey key) in _image.Before.Keys)
        {
            _image.After[(scope, key)] = await inner.GetAsync(scope, key, cancellationToken).ConfigureAwait(false);
        }

        foreach (string scope in _image.ScopesBefore.Keys)
        {
            _image.ScopesAfter[scope] = await inner.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        }

        foreach (string scope in _image.ScopesBefore.Keys.Concat(_image.Before.Keys.Select(record => record.Scope)).Distinct())
        {
            ReplicaId after = await GenerationLedger.ReadCurrentAsync(inner, scope, cancellationToken).ConfigureAwait(false);
            _image.Generations[scope] = (_generations.GetValueOrDefault(scope, after), after);
        }

        _image.Replicas = inner.Replicas;
        _image.CounterAfter = inner.Counter;
        await witness.CompleteAsync(_image, inner).ConfigureAwait(false);
        await inner.CommitAsync(durability, cancellationToken).ConfigureAwait(false);
        log.OnCommitted(durability);
        witness.Committed(_image);
    }

    private async ValueTask NoteGenerationAsync(string area, string scope, CancellationToken cancellationToken)
    {
        if (GenerationLedger.CurrentOf(scope).Area == area && !_generations.ContainsKey(scope))
        {
            _generations.Add(scope, await GenerationLedger.ReadCurrentAsync(inner, scope, cancellationToken).ConfigureAwait(false));
        }
    }

    private async ValueTask TouchAsync(string scope, RecordKey key)
    {
        await disk.TouchAsync(DiskEffect.Write).ConfigureAwait(false);
        if (!_image.Before.ContainsKey((scope, key)))
        {
            _image.Before.Add((scope, key), await inner.GetAsync(scope, key).ConfigureAwait(false));
        }
    }
}
