using Ordo.Sync.Sqlite.Encryption;

namespace Ordo.Sync.Cli.Stores;

/// <summary>A file of lines that name an encrypted store's keys: the current one first, then those before it.</summary>
internal static class KeyFile
{
    /// <summary>Reads the keys in a file.</summary>
    public static SqliteEncryptionKeys Read(string file) => Parse(file, File.ReadAllLines(file));

    /// <summary>Reads keys, a line each.</summary>
    /// <exception cref="ToolException">The lines do not name keys.</exception>
    public static SqliteEncryptionKeys Parse(string file, IEnumerable<string> lines)
    {
        try
        {
            SqliteEncryptionKey[] keys = [.. lines.Where(line => line.Trim().Length > 0).Select(line =>
            {
                int equals = line.IndexOf('=', StringComparison.Ordinal);
                if (equals < 0)
                {
                    throw new FormatException("a line has no '='.");
                }

                return new SqliteEncryptionKey(line[..equals].Trim(), Convert.FromHexString(line[(equals + 1)..].Trim()));
            })];
            return keys.Length > 0
                ? new SqliteEncryptionKeys(keys[0], keys.AsSpan(1))
                : throw new ToolException(ExitCodes.Usage, $"The key file '{file}' is empty.");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw new ToolException(
                ExitCodes.Usage, $"The key file '{file}' should have lines 'ID=64 hexadecimal digits': {exception.Message}");
        }
    }
}
