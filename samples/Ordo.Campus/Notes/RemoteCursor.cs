namespace Ordo.Campus.Notes;

/// <summary>Where somebody else's cursor stands.</summary>
/// <param name="By">Their role.</param>
/// <param name="Name">What they are called.</param>
/// <param name="Position">The UTF-16 index in the text as the browser shows it.</param>
public sealed record RemoteCursor(string By, string Name, int Position);
