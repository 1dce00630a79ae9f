using Ordo.Campus.Identity;
using Ordo.Campus.Records;

namespace Ordo.Campus.Seed;

/// <summary>The made-up people of a campus.</summary>
internal static class People
{
    private static readonly string[] FirstNames =
    [
        "Amara", "Bruno", "Chiara", "Dmitri", "Elif", "Farid", "Greta", "Hana", "Idris", "Jonas", "Keiko", "Leila", "Mateo", "Noor",
        "Oskar", "Priya", "Rafael", "Sofia", "Tariq", "Uma", "Vera", "Wen", "Yara", "Zoltan",
    ];

    private static readonly string[] LastNames =
    [
        "Achebe", "Bergström", "Castellanos", "Dubois", "Eriksen", "Fontaine", "Gupta", "Horvat", "Ivanova", "Jansen", "Kowalski",
        "Laurent", "Moreau", "Nakamura", "Osei", "Petrov", "Quispe", "Rossi", "Silva", "Tanaka", "Ueda", "Vargas", "Weber",
    ];

    public static IReadOnlyList<KeyValuePair<string, Profile>> Profiles { get; } =
    [
        .. CampusRole.All.Select(role => KeyValuePair.Create(role.Name, new Profile
        {
            Name = role.Person,
            Role = role.Title,
            Email = $"{role.Name}@campus.example",
            Phone = role == CampusRole.Student ? string.Empty : "+43 316 555 0" + role.Name.Length,
            Office = role == CampusRole.Student ? string.Empty : role == CampusRole.Lecturer ? "Library tower, room 4.12" : "Main hall, counter 2",
            About = role == CampusRole.Student ? "Second year, databases and choir." : string.Empty,
        })),
    ];

    public static IReadOnlyList<KeyValuePair<string, Credential>> Credentials { get; } =
    [
        Credential("c-2026-0117", "Hana Nakamura", "BSc Computing", "First", "2026-07-14"),
        Credential("c-2026-0118", "Idris Osei", "BSc Computing", "Upper second", "2026-07-14"),
        Credential("c-2026-0119", "Sofia Castellanos", "MSc Data Science", "Merit", ""),
        Credential("c-2026-0120", "Oskar Bergström", "MSc Data Science", "Distinction", ""),
    ];

    /// <summary>A name for a number: the data set has numbers only.</summary>
    public static string NameOf(int student) =>
        $"{FirstNames[student % FirstNames.Length]} {LastNames[student / 7 % LastNames.Length]}";

    private static KeyValuePair<string, Credential> Credential(
        string key, string holder, string award, string classification, string conferredOn) =>
        KeyValuePair.Create(key, new Credential
        {
            Holder = holder,
            Award = award,
            Classification = classification,
            ConferredOn = conferredOn,
        });
}
