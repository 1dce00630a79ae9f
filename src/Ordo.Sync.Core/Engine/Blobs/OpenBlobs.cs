namespace Ordo.Sync.Engine.Blobs;

/// <summary>The parts of the blob lane, made once the stores are open.</summary>
internal sealed class OpenBlobs : IAsyncDisposable
{
    private OpenBlobs(BlobServices services)
    {
        Services = services;
        Ledger = new BlobLedger(services.Records);
        Queue = new TransferQueue(services);
        Housekeeping = new BlobHousekeeping(services, Ledger, Queue);
        Desk = new DownloadDesk(services, Housekeeping);
        Planner = new TransferPlanner(services, Queue, Ledger);
        Round = new TransferRound(services, Planner, Queue, Ledger, Desk);
    }

    public BlobServices Services { get; }

    public BlobLedger Ledger { get; }

    public TransferQueue Queue { get; }

    public BlobHousekeeping Housekeeping { get; }

    public DownloadDesk Desk { get; }

    public TransferPlanner Planner { get; }

    public TransferRound Round { get; }

    public static async ValueTask<OpenBlobs> CreateAsync(BlobServices services, CancellationToken cancellationToken)
    {
        var open = new OpenBlobs(services);
        await open.Queue.LoadAsync(cancellationToken).ConfigureAwait(false);
        return open;
    }

    public async ValueTask DisposeAsync()
    {
        await Desk.DisposeAsync().ConfigureAwait(false);
        Round.Dispose();
        Housekeeping.Dispose();
        Services.Gate.Dispose();
        Services.References.Dispose();
    }
}
