namespace Ordo.Sync.Cli.Stores;

/// <summary>A record as it is named on the command line: its collection, a slash, its key (which may hold slashes itself).</summary>
internal readonly record struct RecordName(string Collection, string Key)
{
    public static RecordName Parse(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < text.Length - 1
            ? new RecordName(text[..slash], text[(slash + 1)..])
            : throw new ToolException(ExitCodes.Usage, $"Name a record by COLLECTION/KEY, as in grades/11391/1752; not '{text}'.");
    }

    public override string ToString() => $"{Collection}/{Key}";
}
