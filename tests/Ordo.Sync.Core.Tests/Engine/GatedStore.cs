using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A store in memory whose writers can be held up, and that tells of every commit.</summary>
internal sealed class GatedStore : IRecordStore, IMemoryTrimmable
{
    private readonly InMemoryRecordStore _inner = new();
    private readonly Lock _lock = new();
    private readonly List<Durability> _commits = [];
    private TaskCompletionSource _gate = Opened();
    private TaskCompletionSource? _next;

    public string Name => _inner.Name;

    public ReplicaId Replica => _inner.Replica;

    public ReplicaTable Replicas => _inner.Replicas;

    /// <summary>How durable each commit was asked to be, in their order.</summary>
    public IReadOnlyList<Durability> Commits
    {
        get
        {
            lock (_lock)
            {
                return [.. _commits];
            }
        }
    }

    /// <summary>How often the engine asked for memory.</summary>
    public int TrimCount { get; private set; }

    /// <summary>Is told after each commit.</summary>
    public Func<Task> Committed { get; set; } = () => Task.CompletedTask;

    /// <summary>What is done where the engine waits for everything to be on the disk.</summary>
    public Func<Task> Persisting { get; set; } = () => Task.CompletedTask;

    /// <summary>Lets no transaction begin from now on.</summary>
    public void Close() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets transactions begin.</summary>
    public void Open() => _gate.TrySetResult();

    /// <summary>Holds up the next transaction, and none that comes after it, until what is returned is completed.</summary>
    public TaskCompletionSource HoldNext() =>
        _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => _inner.OpenAsync(cancellationToken);

    public ValueTask DefineCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default) =>
        _inner.DefineCollectionAsync(schema, cancellationToken);

    public ValueTask<StoredRecord?> GetAsync(string scope, RecordKey key, CancellationToken cancellationToken = default) =>
        _inner.GetAsync(scope, key, cancellationToken);

    public ValueTask<IStoreSnapshot> ReadAsync(CancellationToken cancellationToken = default) =>
        _inner.ReadAsync(cancellationToken);

    public ValueTask PersistAsync(CancellationToken cancellationToken = default) => new(Persisting());

    public async ValueTask<IStoreTransaction> BeginAsync(CancellationToken cancellationToken = default)
    {
        await _gate.Task.WaitAsync(cancellationToken);
        await (Interlocked.Exchange(ref _next, null)?.Task ?? Task.CompletedTask).WaitAsync(cancellationToken);
        return CommitSpy.Around(await _inner.BeginAsync(cancellationToken), NoteAsync);
    }

    public void TrimMemory() => TrimCount++;

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private async Task NoteAsync(Durability durability)
    {
        lock (_lock)
        {
            _commits.Add(durability);
        }

        await Committed();
    }

    private static TaskCompletionSource Opened()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        return gate;
    }
}
