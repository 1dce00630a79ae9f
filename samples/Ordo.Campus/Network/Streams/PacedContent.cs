using System.Net;

namespace Ordo.Campus.Network.Streams;

/// <summary>Content of an answer that comes at a pace.</summary>
internal sealed class PacedContent : HttpContent
{
    private const int PieceBytes = 64 * 1024;

    private readonly HttpContent _content;
    private readonly Pace _pace;

    public PacedContent(HttpContent content, Pace pace)
    {
        _content = content;
        _pace = pace;
        foreach ((string name, IEnumerable<string> values) in content.Headers)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override async Task<Stream> CreateContentReadStreamAsync() =>
        new PacedStream(await _content.ReadAsStreamAsync(), _pace);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using Stream source = await CreateContentReadStreamAsync();
        await source.CopyToAsync(stream, PieceBytes, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _content.Headers.ContentLength ?? 0;
        return _content.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }

        base.Dispose(disposing);
    }
}
