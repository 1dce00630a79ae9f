using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores.Model;

/// <summary>Does random steps to a store and to the model of it.</summary>
internal sealed class ModelRun : IAsyncDisposable
{
    private const int HeldMax = 3;

    private readonly StoreProbe _probe;
    private readonly List<(IStoreSnapshot Snapshot, ModelState Model)> _held = [];
    private ModelState _committed;
    private ModelState? _working;
    private IStoreTransaction? _transaction;
    private int _incarnations;

    public ModelRun(StoreProbe probe)
    {
        _probe = probe;
        _committed = new ModelState(probe.Store.Replica);
    }

    public Task DoAsync(ModelStep step) => step.Kind switch
    {
        ModelStepKind.Commit => CommitAsync(step),
        ModelStepKind.Rollback => RollbackAsync(),
        ModelStepKind.Define => DefineAsync(step),
        ModelStepKind.Reopen => ReopenAsync(),
        ModelStepKind.HoldSnapshot => HoldSnapshotAsync(),
        ModelStepKind.CompareSnapshot => CompareSnapshotAsync(step),
        >= ModelStepKind.CompareAll => CompareAsync(step),
        _ => WriteAsync(step),
    };

    /// <summary>Compares all that is committed, and all that an open transaction sees.</summary>
    public async Task CompareAllAsync()
    {
        await using IStoreSnapshot snapshot = await _probe.Store.ReadAsync(_probe.Token);
        await ModelComparison.AllAsync(snapshot, _committed);
        if (_transaction is not null)
        {
            await ModelComparison.AllAsync(_transaction, _working!);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await RollbackAsync();
        await ReleaseAsync();
    }

    private async Task WriteAsync(ModelStep step)
    {
        IStoreTransaction transaction = _transaction ??= await _probe.Store.BeginAsync(_probe.Token);
        ModelState model = _working ??= _committed.Copy();
        string scope = ModelSample.Scope(step);
        var random = new Random(step.Seed);
        switch (step.Kind)
        {
            case ModelStepKind.Put:
                StoredRecord put = await RecordAsync(transaction, model, step, random);
                await transaction.PutAsync(scope, put, _probe.Token);
                model.Put(scope, put);
                break;
            case ModelStepKind.TryAdd:
                StoredRecord added = await RecordAsync(transaction, model, step, random);
                bool isNew = await transaction.TryAddAsync(scope, added, _probe.Token);
                Expect.Equal(model.TryAdd(scope, added), isNew, "Whether the record was added");
                break;
            case ModelStepKind.Remove:
                await transaction.RemoveAsync(scope, ModelSample.Key(step), _probe.Token);
                model.Remove(scope, ModelSample.Key(step));
                break;
            case ModelStepKind.SetScope:
                ScopeState state = ModelSample.State(random, model.Replicas.Count);
                await transaction.SetScopeAsync(scope, state, _probe.Token);
                model.SetScope(scope, state);
                break;
            case ModelStepKind.DropScope:
                await transaction.DropScopeAsync(scope, _probe.Token);
                model.DropScope(scope);
                break;
            case ModelStepKind.AppendJournal:
                Dot dot = NextDot(transaction, model);
                JournalEntry entry = Sample.Entry(
                    scope, ModelSample.Key(step).Key, dot, OperationKind.Put, step.Seed % 40);
                await transaction.AppendJournalAsync(entry, _probe.Token);
                model.AppendJournal(entry);
                break;
            case ModelStepKind.PruneJournal:
                var upTo = new Dot(random.Next(model.Replicas.Count), 1 + random.Next(30));
                int pruned = await transaction.PruneJournalAsync(scope, upTo, _probe.Token);
                Expect.Equal(model.PruneJournal(scope, upTo), pruned, "The number of entries pruned");
                break;
            default:
                await WriteOtherAsync(transaction, model, step);
                break;
        }
    }

    private async Task WriteOtherAsync(IStoreTransaction transaction, ModelState model, ModelStep step)
    {
        (string area, string key) = ModelSample.Local(step);
        switch (step.Kind)
        {
            case ModelStepKind.SetLocal:
                byte[] value = Sample.Bytes(step.Seed % 5, step.Seed);
                await transaction.SetLocalAsync(area, key, value, _probe.Token);
                model.SetLocal(area, key, value);
                break;
            case ModelStepKind.RemoveLocal:
                await transaction.RemoveLocalAsync(area, key, _probe.Token);
                model.RemoveLocal(area, key);
                break;
            case ModelStepKind.Intern:
                await InternAsync(transaction, model, step.Seed % ModelSample.PeerCount);
                break;
            case ModelStepKind.AdvanceClock:
                transaction.AdvanceClock(new HybridTimestamp((ulong)step.Seed));
                model.Clock = HybridTimestamp.Max(model.Clock, new HybridTimestamp((ulong)step.Seed));
                break;
            case ModelStepKind.Rotate:
                ReplicaId next = Sample.Peer(1000 + _incarnations++);
                await transaction.RotateAsync(next, _probe.Token);
                model.Rotate(next);
                break;
            default:
                throw new InvalidOperationException($"{step.Kind} writes nothing.");
        }
    }

    private async Task<StoredRecord> RecordAsync(
        IStoreTransaction transaction, ModelState model, ModelStep step, Random random)
    {
        int count = random.Next(4) == 0 ? 1 + random.Next(3) : 1;
        var versions = new List<RecordVersion>();
        while (versions.Count < count)
        {
            int writer = random.Next(ModelSample.PeerCount * 2);
            Dot dot = writer < ModelSample.PeerCount
                ? model.NextPeerDot(writer, await InternAsync(transaction, model, writer))
                : NextDot(transaction, model);
            var annotations = Sample.Bytes(random.Next(3), random.Next());
            versions.Add(new RecordVersion(
                dot, new HybridTimestamp((ulong)random.Next()), "ada", ModelSample.Payload(random), annotations));
        }

        return new StoredRecord(ModelSample.Key(step), [.. versions]) { ConflictFree = Sample.Bytes(random.Next(3)) };
    }

    private async Task<int> InternAsync(IStoreTransaction transaction, ModelState model, int peer)
    {
        model.Replicas = model.Replicas.With(Sample.Peer(peer), out int index);
        Expect.Equal(index, await transaction.InternAsync(Sample.Peer(peer), _probe.Token), "The index of a replica");
        return index;
    }

    private static Dot NextDot(IStoreTransaction transaction, ModelState model)
    {
        Dot dot = model.NextDot();
        Expect.Equal(dot, transaction.NextDots(), "The next dot");
        return dot;
    }

    private async Task CommitAsync(ModelStep step)
    {
        if (_transaction is { } transaction)
        {
            await transaction.CommitAsync(step.Seed % 10 == 0 ? Durability.Full : Durability.Normal, _probe.Token);
            _committed = _working!;
        }

        await RollbackAsync();
    }

    private async Task RollbackAsync()
    {
        if (_transaction is { } transaction)
        {
            (_transaction, _working) = (null, null);
            await transaction.DisposeAsync();
        }
    }

    // A declaration is a write of its own, so it ends the transaction.
    private async Task DefineAsync(ModelStep step)
    {
        await CommitAsync(step);
        var random = new Random(step.Seed);
        string collection = ModelSample.Collections[step.Key % ModelSample.Collections.Length];
        IndexDefinition[] indexes = ModelSample.Schema(random);
        await _probe.DefineAsync(collection, indexes);
        _committed = _committed.Copy();
        _committed.Define(collection, indexes);
    }

    private async Task ReopenAsync()
    {
        if (!_probe.CanReopen)
        {
            return;
        }

        await RollbackAsync();
        await ReleaseAsync();
        await _probe.ReopenAsync();
        foreach (string collection in ModelSample.Collections)
        {
            if (_committed.SchemaOf(collection) is { } indexes)
            {
                await _probe.DefineAsync(collection, indexes);
            }
        }
    }

    private async Task HoldSnapshotAsync()
    {
        if (_held.Count == HeldMax)
        {
            await _held[0].Snapshot.DisposeAsync();
            _held.RemoveAt(0);
        }

        _held.Add((await _probe.Store.ReadAsync(_probe.Token), _committed));
    }

    private async Task CompareSnapshotAsync(ModelStep step)
    {
        if (_held.Count > 0)
        {
            (IStoreSnapshot snapshot, ModelState model) = _held[step.Seed % _held.Count];
            await ModelComparison.AllAsync(snapshot, model);
        }
    }

    // The open transaction, which sees its own writes, or else the last commit.
    private async Task CompareAsync(ModelStep step)
    {
        if (_transaction is not null && step.Seed % 3 > 0)
        {
            await ModelComparison.DoAsync(_transaction, _working!, step);
            return;
        }

        await using IStoreSnapshot snapshot = await _probe.Store.ReadAsync(_probe.Token);
        await ModelComparison.DoAsync(snapshot, _committed, step);
    }

    private async Task ReleaseAsync()
    {
        foreach ((IStoreSnapshot snapshot, ModelState _) in _held)
        {
            await snapshot.DisposeAsync();
        }

        _held.Clear();
    }
}
