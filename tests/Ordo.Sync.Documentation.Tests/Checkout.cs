namespace Ordo.Sync.Documentation.Tests;

/// <summary>The checkout that these tests were built from: its binaries lie below it.</summary>
internal static class Checkout
{
    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Ordo.Sync.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("Not below the folder with Ordo.Sync.sln.");
    }
}
