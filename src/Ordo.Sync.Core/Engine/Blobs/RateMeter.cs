namespace Ordo.Sync.Engine.Blobs;

/// <summary>How many bytes a second moved in the last seconds. Thread-safe.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<(long At, int Bytes)> _moved = new();
    private readonly long _began = time.GetTimestamp();
    private long _windowBytes;

    public double BytesPerSecond
    {
        get
        {
            lock (_lock)
            {
                Expire();
                double seconds = Math.Min(time.GetElapsedTime(_began).TotalSeconds, Window.TotalSeconds);
                return seconds > 0 ? _windowBytes / seconds : 0;
            }
        }
    }

    public void Add(int bytes)
    {
        lock (_lock)
        {
            _moved.Enqueue((time.GetTimestamp(), bytes));
            _windowBytes += bytes;
            Expire();
        }
    }

    private void Expire()
    {
        while (_moved.TryPeek(out (long At, int Bytes) oldest) && time.GetElapsedTime(oldest.At) > Window)
        {
            _windowBytes -= oldest.Bytes;
            _moved.Dequeue();
        }
    }
}
