namespace Ordo.Sync.Testing.Blobs;

/// <summary>
/// One sentence of the contract of blob stores, and how to find out whether a store keeps it. Immutable and thread-safe.
/// </summary>
public sealed class BlobStoreCheck
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(5);

    private readonly Func<BlobStoreProbe, Task> _body;

    internal BlobStoreCheck(string name, Func<BlobStoreProbe, Task> body, bool needsSharing = false, bool opens = true)
    {
        Name = name;
        _body = body;
        NeedsSharing = needsSharing;
        Opens = opens;
    }

    /// <summary>What the check asserts: a sentence, unique in the suite.</summary>
    public string Name { get; }

    /// <summary>Whether the check opens two stores on one medium.</summary>
    public bool NeedsSharing { get; }

    private bool Opens { get; }

    /// <summary>Whether the check can be run against the stores of a factory.</summary>
    public bool AppliesTo(IBlobStoreFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return !NeedsSharing || factory.CanShare;
    }

    /// <summary>Runs the check against a new store and deletes that afterwards.</summary>
    /// <exception cref="ConformanceException">The store does not keep the sentence.</exception>
    /// <exception cref="NotSupportedException">The check does not apply to the factory's stores.</exception>
    /// <remarks>A check that has not ended after five minutes is cancelled: something waits for ever.</remarks>
    public async Task RunAsync(IBlobStoreFactory factory, CancellationToken cancellationToken = default)
    {
        if (!AppliesTo(factory))
        {
            throw new NotSupportedException($"The check '{Name}' shares a medium, which this factory's stores cannot.");
        }

        using var watchdog = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        watchdog.CancelAfter(Watchdog);
        await using var probe = new BlobStoreProbe(factory, watchdog.Token);
        await probe.CreateAsync(Opens);
        await _body(probe).WaitAsync(watchdog.Token);
    }

    /// <summary>The sentence.</summary>
    public override string ToString() => Name;
}
