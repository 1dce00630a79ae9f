using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Ordo.Sync.Http;

/// <summary>Reads the names of changed scopes from a stream of server-sent events.</summary>
internal static class EventReader
{
    private const int LineBytesMax = 8 * 1024;
    private const string DataField = "data:";

    /// <summary>
    /// Reads events to the end of the stream: an empty name for a comment that greets, the name of a scope for each event.
    /// </summary>
    /// <exception cref="InvalidDataException">The stream is no stream of events of this kind.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(
        Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One line at most is kept: a stream without an end of line must not fill the device's memory.
        byte[] buffer = new byte[LineBytesMax];
        int count = 0;
        bool hasGreeted = false;
        while (true)
        {
            int read = await body.ReadAsync(buffer.AsMemory(count), cancellationToken).ConfigureAwait(false);
            count += read;
            int begin = 0;
            while (buffer.AsSpan(begin, count - begin).IndexOf((byte)'\n') is var length and >= 0)
            {
                string line = Encoding.UTF8.GetString(buffer, begin, length).TrimEnd('\r');
                begin += length + 1;
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

            if (read == 0)
            {
                yield break;
            }

            count -= begin;
            buffer.AsSpan(begin, count).CopyTo(buffer);
            if (count == LineBytesMax)
            {
                throw new InvalidDataException($"a line of more than {LineBytesMax} bytes.");
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
