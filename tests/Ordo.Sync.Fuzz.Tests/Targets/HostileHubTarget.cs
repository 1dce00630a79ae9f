using Ordo.Sync.Core.Tests.Engine;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Fuzz.Tests.Corpora;
using Ordo.Sync.Http;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Strategies.Tests.Worlds;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>
/// A whole device, with records, conflicts and unsynced writes, syncs with a hub that answers one kind of request with bytes that
/// nobody vouches for. It refuses them or takes them; whatever it does, its store is sound afterwards, and it can sync again.
/// </summary>
internal sealed class HostileHubTarget(Sample sample, string path)
{
    // A hub may say no end of things; a sync of three records does not ask for many.
    private const int AnswersMax = 12;
    private const long AllottedMax = 64 * 1024 * 1024;

    private readonly TimeProvider _time = TestHub.NewClock();

    public static IEnumerable<FuzzTarget> All(Sample sample) =>
    [
        Of("hostile-hello", sample.Messages.HelloResponses, sample, HttpBinding.HelloPath),
        Of("hostile-pull", sample.Messages.PullResponses, sample, HttpBinding.PullPath),
        Of("hostile-push", sample.Messages.PushResponses, sample, HttpBinding.PushPath),
    ];

    private static FuzzTarget Of(string name, IReadOnlyList<byte[]> seeds, Sample sample, string path) =>
        new(name, seeds, bytes => new HostileHubTarget(sample, path).SyncAsync(bytes).GetAwaiter().GetResult())
        {
            IsRefusal = IsSaid,
            FixedBytesMax = AllottedMax,
            BytesPerByteMax = 8 * 1024,
        };

    // What a peer did wrong is not an error of this device, nor of its store.
    private static bool IsSaid(Exception exception) => exception is SyncException
    {
        Code: not (SyncErrorCode.Internal or SyncErrorCode.StoreCorrupt or SyncErrorCode.StoreUnavailable),
    };

    private async Task SyncAsync(byte[] answer)
    {
        InMemoryRecordStore hubs = sample.Late.Hub.Clone();
        await hubs.OpenAsync();
        TestHub hub = await TestHub.StartAsync(hubs, _time, options: null);
        await using var device = new Device("ann", sample.Late.Device.Clone(), _time, 16 * 1024, configure: Sample.Declare);
        long before = GC.GetTotalAllocatedBytes();
        SyncReport report = await SyncAsync(device, new HostileHub(
            hub.Connect("ann"), path, answer, count: answer.Length % 2 == 0 ? 1 : AnswersMax));
        await RequireSoundAsync(device, before, answer.Length);
        RequireSaid(report);

        // Nothing is stuck: with a hub that means well the next sync ends, well or with a reason.
        RequireSaid(await SyncAsync(device, new HostileHub(hub.Connect("ann"), path, answer, count: 0)));
        await RequireSoundAsync(device, before, answer.Length);
        report.ThrowIfFailed();
    }

    private static async Task<SyncReport> SyncAsync(Device device, HostileHub hub)
    {
        using var client = new HttpClient(hub);
        var options = new HttpTransportOptions { BaseAddress = new Uri("http://hub/"), CompressRequestsFromBytes = int.MaxValue };
        device.Transport.Target = new HttpSyncTransport(client, options);
        return await device.Engine.SyncAsync();
    }

    private static async Task RequireSoundAsync(Device device, long before, int length)
    {
        if (await StoreWalk.FindFaultAsync(device.Store) is { } fault)
        {
            throw new InvalidOperationException(fault);
        }

        long allotted = GC.GetTotalAllocatedBytes() - before;
        if (allotted > AllottedMax + (length * 1024L))
        {
            throw new InvalidOperationException($"A sync of {length} hostile bytes allotted {allotted}.");
        }
    }

    private static void RequireSaid(SyncReport report)
    {
        foreach (SyncException error in report.Scopes.Select(scope => scope.Error).Append(report.Error).OfType<SyncException>())
        {
            if (!IsSaid(error))
            {
                throw new InvalidOperationException("What a hub said broke the device.", error);
            }
        }
    }
}
