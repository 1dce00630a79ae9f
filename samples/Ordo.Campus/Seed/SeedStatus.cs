namespace Ordo.Campus.Seed;

/// <summary>How far the first filling of the campus has come. Thread-safe.</summary>
internal sealed class SeedStatus
{
    private int _done;

    /// <summary>Raised after each batch, and at the end.</summary>
    public event Action? Changed;

    /// <summary>The grades in all; 0 before the import begins.</summary>
    public int Total { get; private set; }

    /// <summary>The grades in the store.</summary>
    public int Done => Volatile.Read(ref _done);

    public bool IsRunning { get; private set; }

    /// <summary>Why the import ended early; <see langword="null"/> where it did not.</summary>
    public string? Failure { get; private set; }

    public void Begin(int total)
    {
        Total = total;
        IsRunning = true;
        Changed?.Invoke();
    }

    public void Advance(int count)
    {
        Interlocked.Add(ref _done, count);
        Changed?.Invoke();
    }

    public void End(string? failure = null)
    {
        Failure = failure;
        IsRunning = false;
        Changed?.Invoke();
    }
}
