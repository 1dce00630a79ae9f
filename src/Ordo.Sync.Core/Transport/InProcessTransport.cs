using System.Buffers;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Responder;

namespace Ordo.Sync.Transport;

/// <summary>
/// The way to a peer in the same process. Messages go through their wire form, so both sides share no memory and the codec is
/// part of every test.
/// </summary>
/// <param name="peer">The peer.</param>
/// <param name="principal">Who the caller is to the peer.</param>
public sealed class InProcessTransport(ReplicaResponder peer, string principal = "") : ISyncTransport
{
    private long _sent;
    private long _received;

    /// <inheritdoc/>
    public string PeerName => "in-process";

    /// <inheritdoc/>
    public TransportBytes Bytes => new(Interlocked.Read(ref _sent), Interlocked.Read(ref _received));

    /// <inheritdoc/>
    public async ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken = default)
    {
        HelloRequest sent = HelloCodec.ReadRequest(Send(request, HelloCodec.Write));
        HelloResponse response = await peer.HelloAsync(sent, principal, cancellationToken).ConfigureAwait(false);
        return HelloCodec.ReadResponse(Receive(response, HelloCodec.Write));
    }

    /// <inheritdoc/>
    public async ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default)
    {
        PullRequest sent = PullCodec.ReadRequest(Send(request, PullCodec.Write));
        PullResponse response = await peer.PullAsync(sent, cancellationToken).ConfigureAwait(false);
        return PullCodec.ReadResponse(Receive(response, PullCodec.Write));
    }

    /// <inheritdoc/>
    public async ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken = default)
    {
        PushRequest sent = PushCodec.ReadRequest(Send(request, PushCodec.Write));
        PushResponse response = await peer.PushAsync(sent, principal, sink: null, cancellationToken).ConfigureAwait(false);
        return PushCodec.ReadResponse(Receive(response, PushCodec.Write));
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
