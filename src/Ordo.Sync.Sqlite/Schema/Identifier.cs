namespace Ordo.Sync.Sqlite.Schema;

/// <summary>Names in SQL text.</summary>
internal static class Identifier
{
    /// <summary>A name in quotes; a quote within is doubled.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
