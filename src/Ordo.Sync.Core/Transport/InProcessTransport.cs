using System.Buffers;
using System.Runtime.CompilerServices;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Live;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Responder;

namespace Ordo.Sync.Transport;

/// <summary>
/// The way to a peer in the same process. Messages go through their wire form, so both sides share no memory and the codec is
/// part of every test.
/// </summary>
/// <param name="peer">The peer.</param>
/// <param name="caller">Who the caller is to the peer, and what it may do.</param>
public sealed class InProcessTransport(ReplicaResponder peer, PushCaller caller) : ISyncTransport, ILiveTransport, IReconcileTransport
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly ChangeBroadcaster _changes = Follow(peer);
    private long _sent;
    private long _received;

    /// <summary>The way to a peer that trusts the caller.</summary>
    public InProcessTransport(ReplicaResponder peer)
        : this(peer, PushCaller.Trusted)
    {
    }

    /// <inheritdoc/>
    public string PeerName => "in-process";

    /// <inheritdoc/>
    public TransportBytes Bytes => new(Interlocked.Read(ref _sent), Interlocked.Read(ref _received));

    /// <inheritdoc/>
    public async ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken = default)
    {
        HelloRequest sent = HelloCodec.ReadRequest(Send(request, HelloCodec.Write));
        HelloResponse response = await peer.HelloAsync(sent, caller.Principal, cancellationToken).ConfigureAwait(false);
        return HelloCodec.ReadResponse(Receive(response, HelloCodec.Write));
    }

    /// <inheritdoc/>
    public async ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default)
    {
        PullRequest sent = PullCodec.ReadRequest(Send(request, PullCodec.Write));
        PullResponse response = await peer.PullAsync(sent, caller.Principal, cancellationToken).ConfigureAwait(false);
        return PullCodec.ReadResponse(Receive(response, PullCodec.Write));
    }

    /// <inheritdoc/>
    public async ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken = default)
    {
        PushRequest sent = PushCodec.ReadRequest(Send(request, PushCodec.Write));
        PushResponse response = await peer.PushAsync(sent, caller, sink: null, cancellationToken).ConfigureAwait(false);
        return PushCodec.ReadResponse(Receive(response, PushCodec.Write));
    }

    /// <inheritdoc/>
    public async ValueTask<ReconcileResponse> ReconcileAsync(
        ReconcileRequest request, CancellationToken cancellationToken = default)
    {
        ReconcileRequest sent = ReconcileCodec.ReadRequest(Send(request, ReconcileCodec.Write));
        ReconcileResponse response = await peer.ReconcileAsync(sent, cancellationToken).ConfigureAwait(false);
        return ReconcileCodec.ReadResponse(Receive(response, ReconcileCodec.Write));
    }

    /// <inheritdoc/>
    public async ValueTask<RecordsResponse> ReadRecordsAsync(
        RecordsRequest request, CancellationToken cancellationToken = default)
    {
        RecordsRequest sent = RecordsCodec.ReadRequest(Send(request, RecordsCodec.Write));
        RecordsResponse response = await peer.ReadRecordsAsync(sent, cancellationToken).ConfigureAwait(false);
        return RecordsCodec.ReadResponse(Receive(response, RecordsCodec.Write));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListenAsync(
        ListenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ListenRequest sent = ListenCodec.ReadRequest(Send(request, ListenCodec.Write));
        using ChangeSubscription subscription = _changes.Subscribe(sent.Scopes, sent.Replicas);
        yield return string.Empty;
        while (true)
        {
            foreach (string scope in await subscription.TakeAsync(Heartbeat, cancellationToken).ConfigureAwait(false))
            {
                yield return scope;
            }
        }
    }

    private static ChangeBroadcaster Follow(ReplicaResponder peer)
    {
        var changes = new ChangeBroadcaster();
        peer.Changed += changes.Publish;
        return changes;
    }

    private ReadOnlyMemory<byte> Send<T>(T message, Action<IBufferWriter<byte>, T> write) =>
        Encode(message, write, ref _sent);

    private ReadOnlyMemory<byte> Receive<T>(T message, Action<IBufferWriter<byte>, T> write) =>
        Encode(message, write, ref _received);

    private static ReadOnlyMemory<byte> Encode<T>(T message, Action<IBufferWriter<byte>, T> write, ref long total)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output, message);
        Interlocked.Add(ref total, output.WrittenCount);
        return output.WrittenMemory;
    }
}
