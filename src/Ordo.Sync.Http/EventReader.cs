using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Ordo.Sync.Http;

/// <summary>Reads the names of changed scopes from a stream of server-sent events.</summary>
internal static class EventReader
{
    private const int LineLengthMax = 8 * 1024;
    private const string DataField = "data:";

    /// <summary>
    /// Reads events to the end of the stream: an empty name for a comment that greets, the name of a scope for each event.
    /// </summary>
    /// <exception cref="InvalidDataException">The stream is no stream of events of this kind.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(
        Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body, leaveOpen: true);
        bool hasGreeted = false;
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.Length > LineLengthMax)
            {
                throw new InvalidDataException($"a line of {line.Length} characters.");
            }

            if (!hasGreeted && line.StartsWith(':'))
            {
                hasGreeted = true;
                yield return string.Empty;
            }
            else if (line.StartsWith(DataField, StringComparison.Ordinal))
            {
                yield return NameOf(line[DataField.Length..]);
            }
        }
    }

    private static string NameOf(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.GetString() ?? throw new InvalidDataException("an event without a name.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("an event that is no JSON text.", exception);
        }
    }
}
