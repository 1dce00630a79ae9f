using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Ordo.Sync.Transport;

namespace Ordo.Sync.AspNetCore.Endpoints;

/// <summary>Writes a message as a response, compressed where the caller accepts it and it pays.</summary>
internal static class ResponseBody
{
    /// <summary>Writes a message.</summary>
    /// <returns>The bytes sent.</returns>
    public static async ValueTask<int> WriteAsync(
        HttpContext context, MessageBuffer message, int compressFromBytes, CancellationToken cancellationToken)
    {
        HttpResponse response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = HttpBinding.MediaType;
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (message.WrittenCount >= compressFromBytes && AcceptsBrotli(context.Request))
        {
            using var compressed = new MessageBuffer(message.WrittenCount, "response");
            if (MessageCoding.TryCompress(message.WrittenMemory.Span, compressed))
            {
                response.Headers.ContentEncoding = MessageCoding.Brotli;
                return await WriteAsync(response, compressed, cancellationToken).ConfigureAwait(false);
            }
        }

        return await WriteAsync(response, message, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<int> WriteAsync(
        HttpResponse response, MessageBuffer body, CancellationToken cancellationToken)
    {
        response.ContentLength = body.WrittenCount;
        await response.Body.WriteAsync(body.WrittenMemory, cancellationToken).ConfigureAwait(false);
        return body.WrittenCount;
    }

    private static bool AcceptsBrotli(HttpRequest request)
    {
        foreach (StringWithQualityHeaderValue coding in request.GetTypedHeaders().AcceptEncoding)
        {
            if (coding.Value.Equals(MessageCoding.Brotli, StringComparison.OrdinalIgnoreCase))
            {
                return coding.Quality is null or > 0;
            }
        }

        return false;
    }
}
