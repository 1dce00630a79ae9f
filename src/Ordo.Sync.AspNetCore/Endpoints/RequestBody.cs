using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Ordo.Sync.Errors;
using Ordo.Sync.Transport;

namespace Ordo.Sync.AspNetCore.Endpoints;

/// <summary>Reads the message in a request's body: bounded as it comes and as it unfolds, never by what a header claims.</summary>
internal static class RequestBody
{
    /// <summary>Reads the body to its end. The caller disposes the buffer.</summary>
    /// <exception cref="SyncException">It is too large, cut off, or not compressed as its header says.</exception>
    /// <exception cref="UnsupportedBodyException">It is not of the protocol's media type, or of an unknown coding.</exception>
    public static async ValueTask<MessageBuffer> ReadAsync(
        HttpRequest request, int bytesMax, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? mediaType)
            || !mediaType.MediaType.Equals(HttpBinding.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            throw new UnsupportedBodyException(
                $"The media type is '{request.ContentType}'; a message's is '{HttpBinding.MediaType}'.");
        }

        string coding = request.Headers.ContentEncoding.ToString();
        Stream decoded = MessageCoding.TryDecode(coding, request.Body)
            ?? throw new UnsupportedBodyException($"The content encoding is '{coding}'; br, gzip or none are taken.");
        var buffer = new MessageBuffer(bytesMax, "request");
        try
        {
            if (request.ContentLength > bytesMax)
            {
                throw buffer.TooLarge();
            }

            await buffer.ReadFromAsync(decoded, cancellationToken).ConfigureAwait(false);
            return buffer;
        }
        catch (Exception exception)
        {
            buffer.Dispose();
            if (exception is InvalidDataException or InvalidOperationException and not ObjectDisposedException)
            {
                throw new SyncException(
                    SyncErrorCode.Malformed, "The request is not compressed as its header says.", innerException: exception);
            }

            throw;
        }
        finally
        {
            if (decoded != request.Body)
            {
                await decoded.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
