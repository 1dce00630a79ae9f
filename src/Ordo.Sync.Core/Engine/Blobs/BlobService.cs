using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Blobs;

/// <inheritdoc cref="IBlobs"/>
internal sealed partial class BlobService : IBlobs, IAsyncDisposable
{
    private readonly SyncEngine _engine;
    private readonly IBlobStore _blobs;
    private readonly IBlobTransport? _transport;
    private readonly TimeProvider _time;
    private readonly EntropySource _entropy;
    private readonly BlobLane _lane;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private OpenBlobs? _open;
    private int _isDisposed;

    public BlobService(
        SyncEngine engine,
        IBlobStore blobs,
        IBlobTransport? transport,
        BlobOptions options,
        INetworkCost? cost,
        TimeProvider time,
        EntropySource entropy)
    {
        _engine = engine;
        _blobs = blobs;
        _transport = transport;
        _time = time;
        _entropy = entropy;
        _lane = new BlobLane(options, cost, time);
        Options = options;
    }

    /// <summary>Raised when the background lane has reason to look again.</summary>
    public event Action? WorkAdded;

    public BlobOptions Options { get; }

    public bool HasTransport => _transport is not null;

    public BlobUsage Usage => _blobs.Usage;

    public bool IsPaused => _lane.IsPaused;

    public async ValueTask<BlobRef> ImportAsync(
        Stream content, BlobImport? about, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        Require(about);
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var importer = new BlobImporter(_blobs, Options.Chunking);
        BlobManifest manifest = await importer.ImportAsync(
            content, Options.BlobBytesMax, progress, (whole, token) => KeepAsync(open, whole, token), cancellationToken)
            .ConfigureAwait(false);
        WorkAdded?.Invoke();
        return new BlobRef(manifest.Id, manifest.Length) { Name = about?.Name, MediaType = about?.MediaType };
    }

    public async ValueTask AttachAsync(string scope, BlobId blob, CancellationToken cancellationToken)
    {
        if (RecordNames.WhyNotScope(scope) is { } why)
        {
            throw new ArgumentException(why, nameof(scope));
        }

        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        using IDisposable entered = await open.Services.Gate.EnterAsync(blob, cancellationToken).ConfigureAwait(false);
        if (await _blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false) is null)
        {
            throw NotHeld(blob, "Import it first.");
        }

        if (!await open.Ledger.IsAtHubAsync(blob, scope, cancellationToken).ConfigureAwait(false))
        {
            await open.Queue.AddAsync(BlobDirection.Upload, scope, blob, cancellationToken).ConfigureAwait(false);
            WorkAdded?.Invoke();
        }
    }

    public async ValueTask<IReadOnlyList<BlobTransfer>> GetTransfersAsync(CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return [.. open.Queue.List().Select(transfer => transfer with { Progress = open.Round.ProgressOf(transfer) })];
    }

    public void Pause() => _lane.IsPaused = true;

    public void Resume()
    {
        _lane.IsPaused = false;
        WorkAdded?.Invoke();
    }

    public ValueTask<BlobSyncReport> SyncAsync(IProgress<BlobProgress>? progress, CancellationToken cancellationToken) =>
        RunRoundAsync(retriesAll: true, progress, cancellationToken);

    public async ValueTask<BlobSyncReport> RunRoundAsync(
        bool retriesAll, IProgress<BlobProgress>? progress, CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await open.Round
            .RunAsync(_engine.Subscriptions, retriesAll, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A write of records begins: chunks wait until it has ended, for its sync comes next.</summary>
    public void BeginRecordWrite() => _lane.BeginRecordWrite();

    /// <summary>A write of records has ended.</summary>
    public void EndRecordWrite() => _lane.EndRecordWrite();

    /// <summary>A sync of records begins: chunks wait until it has ended.</summary>
    public void BeginRecordSync() => _lane.BeginRecordSync();

    /// <summary>A sync of records has ended.</summary>
    public void EndRecordSync()
    {
        _lane.EndRecordSync();
        WorkAdded?.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        if (_open is { } open)
        {
            await open.DisposeAsync().ConfigureAwait(false);
        }

        await _blobs.DisposeAsync().ConfigureAwait(false);
        _opening.Dispose();
    }

    private async ValueTask<OpenBlobs> OpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        if (_open is { } present)
        {
            return present;
        }

        await _engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        IRecordStore records = _engine.StructuredStore;
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_open is null)
            {
                await _blobs.OpenAsync(cancellationToken).ConfigureAwait(false);
                _open = await OpenBlobs.CreateAsync(
                    new BlobServices(
                        _blobs,
                        records,
                        _transport,
                        new BlobReferenceIndex(records),
                        Options,
                        new BlobGate(),
                        _lane,
                        _time,
                        _entropy),
                    cancellationToken).ConfigureAwait(false);
            }

            return _open;
        }
        finally
        {
            _opening.Release();
        }
    }

    private static void Require(BlobImport? about)
    {
        if (about?.Name?.Length > BlobLimits.NameLengthMax || about?.MediaType?.Length > BlobLimits.MediaTypeLengthMax)
        {
            throw new ArgumentException(
                $"A blob's name has at most {BlobLimits.NameLengthMax} characters, its media type {BlobLimits.MediaTypeLengthMax}.",
                nameof(about));
        }
    }

    private static SyncException NotHeld(BlobId blob, string hint) =>
        new(SyncErrorCode.BlobMissing, $"The blob {blob} is not held here.", hint);
}
