namespace Ordo.Sync.Model.Tests.State;

/// <summary>One store at one site: its incarnation, its counter, its hybrid clock and its scopes.</summary>
internal sealed class Replica(int site, bool isHub, int scopes, bool keepsGenerations = false)
{
    public int Site { get; } = site;

    public bool IsHub { get; } = isHub;

    /// <summary>Whether this is a hub, perhaps below another, which tells replicas of earlier generations what followed.</summary>
    public bool KeepsGenerations { get; } = isHub || keepsGenerations;

    public int Incarnation { get; private set; }

    public ulong Id { get; private set; }

    public int Counter { get; set; }

    /// <summary>The greatest hybrid timestamp issued or met.</summary>
    public int Clock { get; set; }

    /// <summary>The scopes subscribed to; null where not.</summary>
    public ScopeState?[] Scopes { get; private set; } = new ScopeState?[scopes];

    /// <summary>Whether this incarnation has written into the scope.</summary>
    public bool[] HasWritten { get; private set; } = new bool[scopes];

    public Replica? Backup { get; private set; }

    /// <summary>Takes a new incarnation: a new id whose counter starts again.</summary>
    public void Rotate(int incarnation, ulong id)
    {
        Incarnation = incarnation;
        Id = id;
        Counter = 0;
        Array.Clear(HasWritten);
    }

    public void TakeBackup()
    {
        var backup = new Replica(Site, IsHub, Scopes.Length);
        backup.CopyFrom(this);
        Backup = backup;
    }

    /// <summary>Puts the backup in the place of everything stored here, incarnation and counter included.</summary>
    public void RestoreBackup() => CopyFrom(Backup!);

    /// <summary>Puts a copy of another store in the place of everything stored here, incarnation and counter included.</summary>
    public void CopyFrom(Replica other)
    {
        Incarnation = other.Incarnation;
        Id = other.Id;
        Counter = other.Counter;
        Clock = other.Clock;
        HasWritten = [.. other.HasWritten];
        Scopes = [.. other.Scopes.Select(scope => scope?.Copy())];
    }
}
