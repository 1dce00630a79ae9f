namespace Ordo.Sync.Http;

/// <summary>The bytes of one round trip. Thread-safe: a request may still be sent while its response is read.</summary>
internal sealed class ByteCount
{
    private int _sent;
    private int _received;

    public int Sent => Volatile.Read(ref _sent);

    public int Received => Volatile.Read(ref _received);

    public void AddSent(int count) => Interlocked.Add(ref _sent, count);

    public void AddReceived(int count) => Interlocked.Add(ref _received, count);
}
