using System.Text.Json;
using Ordo.Sync.Errors;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Http;

/// <summary>What a refusal says of itself (RFC 9457), as far as it can be understood and trusted.</summary>
/// <param name="Code">What went wrong; <see langword="null"/> where it does not say, or says what no peer can say.</param>
/// <param name="Detail">What happened.</param>
/// <param name="Hint">What to do.</param>
internal readonly record struct Problem(SyncErrorCode? Code, string? Detail, string? Hint)
{
    private const int BytesMax = 64 * 1024;
    private const int TextLengthMax = 1_000;

    /// <summary>
    /// Reads the body of a refusal. A body that is no problem details, too large, or cut off says nothing: the status alone
    /// counts then.
    /// </summary>
    public static async ValueTask<Problem> ReadAsync(HttpContent content, Stream body, CancellationToken cancellationToken)
    {
        string? mediaType = content.Headers.ContentType?.MediaType;
        string? coding = content.Headers.ContentEncoding.FirstOrDefault();
        if (!string.Equals(mediaType, HttpBinding.ProblemMediaType, StringComparison.OrdinalIgnoreCase)
            || content.Headers.ContentEncoding.Count > 1
            || MessageCoding.TryDecode(coding, body) is not { } decoded)
        {
            return default;
        }

        try
        {
            using var buffer = new MessageBuffer(BytesMax, "refusal");
            await buffer.ReadFromAsync(decoded, cancellationToken).ConfigureAwait(false);
            using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
            return Of(document.RootElement);
        }
        catch (Exception exception) when (exception
            is JsonException or SyncException or IOException or InvalidDataException or InvalidOperationException)
        {
            return default;
        }
    }

    private static Problem Of(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        SyncErrorCode? code = root.TryGetProperty(HttpBinding.CodeMember, out JsonElement number)
            && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out int value) && MayNameHere((SyncErrorCode)value)
                ? (SyncErrorCode)value
                : null;
        return new Problem(code, Text(root, "detail"), Text(root, HttpBinding.HintMember));
    }

    // A hub's own store may be corrupt; that must not read as if this device's were.
    private static bool MayNameHere(SyncErrorCode code) => Enum.IsDefined(code) && (int)code is >= 200 and < 400;

    // The text ends up in messages and logs of this device: bounded, and on one line.
    private static string? Text(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out JsonElement element) || element.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        string text = element.GetString()!;
        text = text.Length > TextLengthMax ? text[..TextLengthMax] : text;
        return string.Create(text.Length, text, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
    }
}
