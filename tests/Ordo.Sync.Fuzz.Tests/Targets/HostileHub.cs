using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Ordo.Sync.Fuzz.Tests.Corpora;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>A hub behind an HTTP client, without a network, whose answers to one kind of request are whatever it is given.</summary>
/// <param name="hub">Answers all else, and answers at all when there were too many of the others.</param>
/// <param name="path">The requests that are answered so.</param>
/// <param name="answer">The answer.</param>
/// <param name="count">How many of them are, one after the other.</param>
internal sealed class HostileHub(ISyncTransport hub, string path, byte[] answer, int count) : HttpMessageHandler
{
    private int _left = count;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string asked = request.RequestUri!.AbsolutePath.TrimStart('/');
        byte[] body = asked == path && --_left >= 0
            ? answer
            : await AnswerAsync(asked, await request.Content!.ReadAsByteArrayAsync(cancellationToken));
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(HttpBinding.MediaType);
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    private async Task<byte[]> AnswerAsync(string asked, byte[] body) => asked switch
    {
        HttpBinding.HelloPath => Bytes(await hub.HelloAsync(HelloCodec.ReadRequest(body)), HelloCodec.Write),
        HttpBinding.PullPath => Bytes(await hub.PullAsync(PullCodec.ReadRequest(body)), PullCodec.Write),
        HttpBinding.PushPath => Bytes(await hub.PushAsync(PushCodec.ReadRequest(body)), PushCodec.Write),
        _ => throw new NotSupportedException($"Nobody was to ask for {asked}."),
    };

    private static byte[] Bytes<T>(T response, Action<IBufferWriter<byte>, T> write) =>
        CapturedMessages.BytesOf(output => write(output, response));
}
