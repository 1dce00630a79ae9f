using MessagePack;

namespace Ordo.Sync.Conflicts.History;

/// <summary>The named fields of what stands in the history, each in its place.</summary>
internal static class HistoryFields
{
    /// <summary>Reads the name of the next field.</summary>
    /// <exception cref="MessagePackSerializationException">It is another.</exception>
    public static void Name(ref MessagePackReader reader, string expected, string what)
    {
        if (!string.Equals(reader.ReadString(), expected, StringComparison.Ordinal))
        {
            throw new MessagePackSerializationException($"{what} lacks its field '{expected}' in its place.");
        }
    }
}
