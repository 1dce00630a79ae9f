namespace Ordo.Sync.Engine.Blobs;

/// <summary>A share in a download, which goes on as long as anybody has one.</summary>
internal sealed class DownloadLease : IDisposable
{
    private readonly Action _leave;
    private readonly bool _isReader;
    private int _isDisposed;

    public DownloadLease(Download download, bool isReader, Action leave)
    {
        Download = download;
        _isReader = isReader;
        _leave = leave;
        if (isReader)
        {
            download.AddReader();
        }
    }

    public Download Download { get; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        if (_isReader)
        {
            Download.RemoveReader();
        }

        _leave();
    }
}
