using System.Buffers;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Fuzz.Tests.Corpora;

/// <summary>A way to a hub that keeps each message as it stands on the wire.</summary>
internal sealed class CapturedMessages(ISyncTransport inner) : ISyncTransport
{
    public List<byte[]> Pages { get; } = [];

    public List<byte[]> HelloRequests { get; } = [];

    public List<byte[]> HelloResponses { get; } = [];

    public List<byte[]> PullRequests { get; } = [];

    public List<byte[]> PullResponses { get; } = [];

    public List<byte[]> PushRequests { get; } = [];

    public List<byte[]> PushResponses { get; } = [];

    public string PeerName => inner.PeerName;

    public TransportBytes Bytes => inner.Bytes;

    public async ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken = default)
    {
        HelloRequests.Add(BytesOf(output => HelloCodec.Write(output, request)));
        HelloResponse response = await inner.HelloAsync(request, cancellationToken);
        HelloResponses.Add(BytesOf(output => HelloCodec.Write(output, response)));
        return response;
    }

    public async ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default)
    {
        PullRequests.Add(BytesOf(output => PullCodec.Write(output, request)));
        PullResponse response = await inner.PullAsync(request, cancellationToken);
        PullResponses.Add(BytesOf(output => PullCodec.Write(output, response)));
        KeepPage(response.Page);
        return response;
    }

    public async ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken = default)
    {
        PushRequests.Add(BytesOf(output => PushCodec.Write(output, request)));
        KeepPage(request.Page);
        PushResponse response = await inner.PushAsync(request, cancellationToken);
        PushResponses.Add(BytesOf(output => PushCodec.Write(output, response)));
        return response;
    }

    public static byte[] BytesOf(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private void KeepPage(ReadOnlyMemory<byte> page)
    {
        if (!page.IsEmpty)
        {
            Pages.Add(page.ToArray());
        }
    }
}
