using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>The store that a check examines, and short forms for what checks do with it.</summary>
internal sealed class StoreProbe : IAsyncDisposable
{
    private readonly IRecordStoreFactory _factory;
    private readonly List<IRecordStore> _made = [];
    private IRecordStore? _store;

    public StoreProbe(IRecordStoreFactory factory, CancellationToken token)
    {
        _factory = factory;
        Token = token;
    }

    public CancellationToken Token { get; }

    public bool CanReopen => _factory.CanReopen;

    public IRecordStore Store => _store ?? throw new InvalidOperationException("No store was made.");

    /// <summary>A probe with a store of its own, by the same factory.</summary>
    public StoreProbe Sibling() => new(_factory, Token);

    public async Task<IRecordStore> CreateAsync(bool open = true)
    {
        IRecordStore store = await _factory.CreateAsync(Token);
        _made.Add(store);
        _store ??= store;
        if (open)
        {
            await store.OpenAsync(Token);
        }

        return store;
    }

    /// <summary>Disposes the store and opens another one on its medium.</summary>
    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        IRecordStore next = await _factory.ReopenAsync(Store, Token);
        _made.Add(next);
        _store = next;
        await next.OpenAsync(Token);
    }

    /// <summary>Opens another store on a copy of the medium of this one, which must be disposed.</summary>
    public async Task<IRecordStore> CopyAsync()
    {
        IRecordStore copy = await _factory.CopyAsync(Store, Token);
        _made.Add(copy);
        await copy.OpenAsync(Token);
        return copy;
    }

    public async Task WriteAsync(Func<IStoreTransaction, Task> write, Durability durability = Durability.Normal)
    {
        await using IStoreTransaction transaction = await Store.BeginAsync(Token);
        await write(transaction);
        await transaction.CommitAsync(durability, Token);
    }

    /// <summary>Writes and undoes it.</summary>
    public async Task AbandonAsync(Func<IStoreTransaction, Task> write)
    {
        await using IStoreTransaction transaction = await Store.BeginAsync(Token);
        await write(transaction);
    }

    public async Task<T> ReadAsync<T>(Func<IStoreSnapshot, Task<T>> read)
    {
        await using IStoreSnapshot snapshot = await Store.ReadAsync(Token);
        return await read(snapshot);
    }

    /// <summary>Puts records, one version each, under dots of the store's own, in one commit.</summary>
    public Task PutAsync(string scope, params (RecordKey Key, ReadOnlyMemory<byte> Payload)[] records) =>
        WriteAsync(async transaction =>
        {
            foreach ((RecordKey key, ReadOnlyMemory<byte> payload) in records)
            {
                await transaction.PutAsync(scope, Sample.Record(key, transaction.NextDots(), payload), Token);
            }
        });

    public Task<StoredRecord?> GetAsync(RecordKey key, string scope = Sample.Scope) =>
        Store.GetAsync(scope, key, Token).AsTask();

    /// <summary>Everything that one state holds, as text.</summary>
    public async Task<string> DumpAsync() => await ReadAsync(StoreText.DumpAsync);

    public Task DefineAsync(string collection, params IndexDefinition[] indexes) =>
        Store.DefineCollectionAsync(new CollectionSchema(collection, [.. indexes]), Token).AsTask();

    public Task<IReadOnlyList<StoredRecord>> QueryAsync(RecordQuery query, string scope = Sample.Scope) =>
        ReadAsync(snapshot => snapshot.QueryAsync(scope, query, Token).AsTask());

    public Task<ChangeSlice> ChangesAsync(
        VersionVector known, VersionVector upTo, Dot? after = null, ReadBudget? budget = null,
        string scope = Sample.Scope) =>
        ReadAsync(snapshot => snapshot.ReadChangesAsync(
            scope, new ChangeQuery(known, upTo, after, budget ?? Sample.NoLimit), Token).AsTask());

    public async ValueTask DisposeAsync()
    {
        foreach (IRecordStore store in _made)
        {
            await store.DisposeAsync();
        }

        foreach (IRecordStore store in _made)
        {
            await _factory.DeleteAsync(store);
        }
    }
}
