namespace Ordo.Sync.Testing.Stores;

/// <summary>
/// One sentence of the store contract, and how to find out whether a store keeps it. Immutable and thread-safe.
/// </summary>
public sealed class ConformanceCheck
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(5);

    private readonly Func<StoreProbe, Task> _body;

    internal ConformanceCheck(
        string name, Func<StoreProbe, Task> body, bool needsReopen = false, bool opens = true, bool needsCopy = false)
    {
        Name = name;
        _body = body;
        NeedsReopen = needsReopen;
        Opens = opens;
        NeedsCopy = needsCopy;
    }

    /// <summary>What the check asserts: a sentence, unique in the suite.</summary>
    public string Name { get; }

    /// <summary>Whether the check closes a store and opens it again.</summary>
    public bool NeedsReopen { get; }

    /// <summary>Whether the check opens a copy of a store.</summary>
    public bool NeedsCopy { get; }

    private bool Opens { get; }

    /// <summary>Whether the check can be run against the stores of a factory.</summary>
    public bool AppliesTo(IRecordStoreFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return (!NeedsReopen || factory.CanReopen) && (!NeedsCopy || factory.CanCopy);
    }

    /// <summary>Runs the check against a new store and deletes that afterwards.</summary>
    /// <exception cref="ConformanceException">The store does not keep the sentence.</exception>
    /// <exception cref="NotSupportedException">The check does not apply to the factory's stores.</exception>
    /// <remarks>A check that has not ended after five minutes is cancelled: something waits for ever.</remarks>
    public async Task RunAsync(IRecordStoreFactory factory, CancellationToken cancellationToken = default)
    {
        if (!AppliesTo(factory))
        {
            throw new NotSupportedException($"The check '{Name}' reopens or copies a store, which this factory cannot.");
        }

        using var watchdog = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        watchdog.CancelAfter(Watchdog);
        await using var probe = new StoreProbe(factory, watchdog.Token);
        await probe.CreateAsync(Opens);
        await _body(probe).WaitAsync(watchdog.Token);
    }

    /// <summary>The sentence.</summary>
    public override string ToString() => Name;
}
