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

    /// <summary>Waits until the download is complete.</summary>
    /// <param name="progress">Is told how far it is meanwhile; null for nobody.</param>
    /// <param name="cancellationToken">Ends the waiting, and not the download.</param>
    public async ValueTask CompleteAsync(IProgress<BlobProgress>? progress, CancellationToken cancellationToken)
    {
        void Report(BlobProgress moved) => progress?.Report(moved);
        Download.Progressed += Report;
        try
        {
            await Download.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Download.Progressed -= Report;
        }
    }

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
