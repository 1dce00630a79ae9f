using Ordo.Sync.Causality;
using Ordo.Sync.Core.Tests.Engine;
using Ordo.Sync.Errors;
using Ordo.Sync.Fuzz.Tests.Corpora;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>
/// A whole hub that is pushed to. What it takes it must be able to pass on: after each push, all it holds is pulled and read by
/// somebody who knows nothing. For one caller.
/// </summary>
internal sealed class HubTarget(InMemoryRecordStore before)
{
    private const int PushesPerHub = 64;
    private const int PagesMax = 64;

    private static readonly ReplicaId Reader = new(99);

    private readonly TimeProvider _time = TestHub.NewClock();
    private TestHub? _hub;
    private int _pushes;

    public static FuzzTarget Of(Sample sample) =>
        new("hub", sample.Messages.PushRequests, new HubTarget(sample.Hub).Push)
        {
            IsRefusal = static exception => exception is SyncException { Code: not (SyncErrorCode.Internal or SyncErrorCode.StoreCorrupt) },
            Weight = 2,
            FixedBytesMax = 8 * 1024 * 1024,
            BytesPerByteMax = 8 * 1024,
        };

    private void Push(byte[] bytes) => PushAsync(bytes).GetAwaiter().GetResult();

    private async Task PushAsync(byte[] bytes)
    {
        PushRequest request = PushCodec.ReadRequest(bytes);
        if (_hub is null || ++_pushes % PushesPerHub == 0)
        {
            InMemoryRecordStore store = before.Clone();
            await store.OpenAsync();
            _hub = await TestHub.StartAsync(store, _time, new ResponderOptions { TrustsRelays = true });
        }

        var way = new InProcessTransport(_hub.Responder, PushCaller.Trusted);
        await way.HelloAsync(new HelloRequest(1, 1, request.Replica, []));
        await way.PushAsync(request);
        await PullAllAsync(request.Scope);
    }

    private async Task PullAllAsync(string scope)
    {
        var way = new InProcessTransport(_hub!.Responder, PushCaller.Trusted);
        await way.HelloAsync(new HelloRequest(1, 1, Reader, []));
        var request = new PullRequest(scope, Reader, default, default, Replication.GlobalVector.Empty, 1024 * 1024);
        for (int page = 0; page < PagesMax; page++)
        {
            PullResponse response = await way.PullAsync(request);
            if (!response.Page.IsEmpty)
            {
                ReadPage(response.Page.ToArray());
            }

            if (response.Next is null || response.Status != PullStatus.Page)
            {
                return;
            }

            request = request with { Cursor = response.Next };
        }
    }

    private static void ReadPage(byte[] page)
    {
        try
        {
            WireTargets.ReadPage(page);
        }
        catch (SyncException exception)
        {
            throw new InvalidOperationException("The hub took what nobody can read from it.", exception);
        }
    }
}
