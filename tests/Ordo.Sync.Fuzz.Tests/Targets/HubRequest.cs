using System.Buffers;
using System.Globalization;
using System.Text;
using MessagePack;
using Ordo.Sync.Fuzz.Tests.Corpora;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>A request in the form that is changed: its parts as one MessagePack array, so that a part can change and the rest fit.</summary>
internal static class HubRequest
{
    private const int Parts = 4;

    /// <summary>A request to be changed.</summary>
    public static byte[] Of(string method, string target, string headers, byte[] body) => CapturedMessages.BytesOf(output =>
    {
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(Parts);
        writer.Write(method);
        writer.Write(target);
        writer.Write(headers);
        writer.Write(body);
        writer.Flush();
    });

    /// <summary>What goes over the wire: the parts with the length that the body has, or the input as it is where it has no such parts.</summary>
    public static byte[] ToWire(byte[] input)
    {
        try
        {
            var reader = new MessagePackReader(input);
            if (reader.ReadArrayHeader() == Parts)
            {
                byte[] method = Text(ref reader);
                byte[] target = Text(ref reader);
                byte[] headers = Text(ref reader);
                byte[] body = (reader.ReadBytes() ?? default).ToArray();
                byte[] rest = Encoding.ASCII.GetBytes(string.Create(
                    CultureInfo.InvariantCulture, $"Host: hub\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n"));
                return [.. method, (byte)' ', .. target, .. " HTTP/1.1\r\n"u8, .. headers, .. rest, .. body];
            }
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or EndOfStreamException or OverflowException)
        {
            // No parts any more: rubbish that a hub must live with, too.
        }

        return [.. input, .. "\r\n\r\n"u8];
    }

    private static byte[] Text(ref MessagePackReader reader) => (reader.ReadStringSequence() ?? default).ToArray();
}
