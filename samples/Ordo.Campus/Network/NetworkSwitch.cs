namespace Ordo.Campus.Network;

/// <summary>The network switch of the device. Thread-safe.</summary>
internal sealed class NetworkSwitch : IDisposable
{
    private readonly Lock _lock = new();
    private CancellationTokenSource _cut = new();

    /// <summary>Raised after it was switched.</summary>
    public event Action? Switched;

    public NetworkMode Mode { get; private set; }

    /// <summary>Cancelled when what is under way now breaks.</summary>
    public CancellationToken Cut
    {
        get
        {
            lock (_lock)
            {
                return _cut.Token;
            }
        }
    }

    public void Set(NetworkMode mode)
    {
        CancellationTokenSource? broken = null;
        lock (_lock)
        {
            if (Mode == mode)
            {
                return;
            }

            Mode = mode;
            if (mode == NetworkMode.Offline)
            {
                broken = _cut;
                _cut = new CancellationTokenSource();
            }
        }

        // Not disposed: requests under way still link to its token.
        broken?.Cancel();
        Switched?.Invoke();
    }

    public void Dispose() => _cut.Dispose();
}
