using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Blobs;

/// <inheritdoc cref="IBlobs"/>
internal sealed class BlobService : IBlobs, IAsyncDisposable
{
    // A note of the last use is not worth a write each time.
    private const long UsedPrecisionMs = 60 * 60 * 1000;

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

    public async ValueTask<Stream> OpenReadAsync(BlobId blob, CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        BlobManifest? manifest = await _blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false);
        if (manifest is not null)
        {
            await NoteUseAsync(open, blob, cancellationToken).ConfigureAwait(false);
        }

        var reading = new BlobReading(_blobs, blob, manifest, token => JoinAsync(open, blob, token));
        try
        {
            await reading.OpenAsync(cancellationToken).ConfigureAwait(false);
            return new BlobStream(reading);
        }
        catch
        {
            reading.Dispose();
            throw;
        }
    }

    public async ValueTask DownloadAsync(
        BlobId blob, IProgress<BlobProgress>? progress, CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (await _blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        using DownloadLease lease = await JoinAsync(open, blob, cancellationToken).ConfigureAwait(false);
        void Report(BlobProgress moved) => progress?.Report(moved);
        lease.Download.Progressed += Report;
        try
        {
            await lease.Download.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lease.Download.Progressed -= Report;
        }

        await open.Round.NoteFetchedAsync(blob, lease.Download.Progress.Scope, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask PinAsync(BlobId blob, CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        using (await open.Services.Gate.EnterAsync(blob, cancellationToken).ConfigureAwait(false))
        {
            await open.Ledger
                .ChangeAsync(blob, before => before with { IsPinned = true }, cancellationToken).ConfigureAwait(false);
        }

        if (HasTransport && await _blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false) is null)
        {
            foreach (BlobReference reference in await FindAsync(open, blob, cancellationToken).ConfigureAwait(false))
            {
                await open.Queue
                    .AddAsync(BlobDirection.Download, reference.Scope, blob, cancellationToken).ConfigureAwait(false);
                break;
            }

            WorkAdded?.Invoke();
        }
    }

    public async ValueTask UnpinAsync(BlobId blob, CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await open.Ledger.ChangeAsync(blob, before => before with { IsPinned = false }, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> EvictAsync(BlobId blob, CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await open.Round.ScanAsync(_engine.Subscriptions, cancellationToken).ConfigureAwait(false);
        return await open.Housekeeping.TryEvictAsync(blob, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<BlobStatus> GetStatusAsync(BlobId blob, CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);
        BlobManifest? manifest = await _blobs.GetManifestAsync(blob, cancellationToken).ConfigureAwait(false);
        long length = manifest?.Length ?? (await FindAsync(open, blob, cancellationToken).ConfigureAwait(false))
            .Select(reference => reference.Length).DefaultIfEmpty(-1).Max();
        BlobRecollection recollection = await open.Ledger.GetAsync(blob, cancellationToken).ConfigureAwait(false);
        return new BlobStatus(
            manifest is not null,
            length,
            recollection.IsPinned,
            await open.Ledger.IsAtHubAsync(blob, scope: null, cancellationToken).ConfigureAwait(false));
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

    public async ValueTask<BlobCollection> CollectAsync(CancellationToken cancellationToken)
    {
        OpenBlobs open = await OpenAsync(cancellationToken).ConfigureAwait(false);

        // A reference that is not indexed yet would not count.
        IReadOnlyCollection<string> scopes = _engine.Subscriptions;
        await open.Round.ScanAsync(scopes, cancellationToken).ConfigureAwait(false);
        return await open.Housekeeping.CollectAsync(scopes, cancellationToken).ConfigureAwait(false);
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

    // A blob that was here before may be about to be removed for want of references: it is either gone before, or stays now.
    private async ValueTask KeepAsync(OpenBlobs open, BlobManifest manifest, CancellationToken cancellationToken)
    {
        using IDisposable entered = await open.Services.Gate.EnterAsync(manifest.Id, cancellationToken).ConfigureAwait(false);
        await _blobs.PutManifestAsync(manifest, cancellationToken).ConfigureAwait(false);
        await open.Ledger.ChangeAsync(
            manifest.Id,
            before => before with { UsedAtMs = open.Services.NowMs, UnreferencedSinceMs = 0 },
            cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<DownloadLease> JoinAsync(OpenBlobs open, BlobId blob, CancellationToken cancellationToken)
    {
        IReadOnlyList<BlobReference> references = await FindAsync(open, blob, cancellationToken).ConfigureAwait(false);
        if (references.Count == 0)
        {
            throw NotHeld(blob, "No record here refers to it, so there is no scope to fetch it from.");
        }

        string[] scopes = [.. references
            .Where(reference => Options.Downloads.Decide(reference) != false)
            .Select(reference => reference.Scope)];
        return scopes.Length > 0
            ? open.Desk.Join(blob, scopes, isReader: true)
            : throw NotHeld(blob, "BlobOptions.Downloads forbids to fetch it.");
    }

    private async ValueTask<IReadOnlyList<BlobReference>> FindAsync(
        OpenBlobs open, BlobId blob, CancellationToken cancellationToken)
    {
        IReadOnlyList<BlobReference> found = await open.Services.References
            .FindAsync(blob, cancellationToken).ConfigureAwait(false);
        if (found.Count > 0)
        {
            return found;
        }

        // The record may have come a moment ago.
        await open.Round.ScanAsync(_engine.Subscriptions, cancellationToken).ConfigureAwait(false);
        return await open.Services.References.FindAsync(blob, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask NoteUseAsync(OpenBlobs open, BlobId blob, CancellationToken cancellationToken)
    {
        long now = open.Services.NowMs;
        if (now - (await open.Ledger.GetAsync(blob, cancellationToken).ConfigureAwait(false)).UsedAtMs >= UsedPrecisionMs)
        {
            await open.Ledger.ChangeAsync(blob, before => before with { UsedAtMs = now }, cancellationToken).ConfigureAwait(false);
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
