namespace Ordo.Sync.Faster.Files;

/// <summary>The folder of a store: what it does with files, so that tests can make each of it fail.</summary>
internal interface IStoreFiles
{
    /// <summary>The names of the files there.</summary>
    IReadOnlyList<string> List();

    /// <summary>Makes a file, in place of one that is there, with disk space set aside for so many bytes.</summary>
    IStoreFile Create(string name, long reservedBytes = 0);

    /// <summary>Opens a file that is there.</summary>
    IStoreFile Open(string name);

    /// <summary>Gives a file another name, in place of one that has it.</summary>
    void Rename(string name, string next);

    /// <summary>Removes a file; nothing happens where there is none.</summary>
    void Delete(string name);

    /// <summary>Returns when the names of the files are on the disk.</summary>
    void FlushNames();
}
