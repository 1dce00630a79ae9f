using System.Globalization;

namespace Ordo.Sync.Testing.Resolvers;

/// <summary>Cultures under which texts, numbers and dates read differently.</summary>
internal static class Cultures
{
    public static IReadOnlyList<CultureInfo> All { get; } = [Foreign(), .. Known("tr-TR"), .. Known("ar-SA")];

    public static string NameOf(CultureInfo culture) => culture.Name.Length == 0 ? "decimal comma, day first" : culture.Name;

    public static T Under<T>(CultureInfo culture, Func<T> act)
    {
        (CultureInfo before, CultureInfo beforeUI) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            CultureInfo.CurrentCulture = culture;
            CultureInfo.CurrentUICulture = culture;
            return act();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
            CultureInfo.CurrentUICulture = beforeUI;
        }
    }

    // Made by hand: an app that runs without cultures has no other.
    private static CultureInfo Foreign()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "\u2212";
        culture.DateTimeFormat.ShortDatePattern = "dd.MM.yyyy";
        culture.DateTimeFormat.LongTimePattern = "HH.mm.ss";
        return CultureInfo.ReadOnly(culture);
    }

    private static IEnumerable<CultureInfo> Known(string name)
    {
        try
        {
            return [CultureInfo.GetCultureInfo(name)];
        }
        catch (CultureNotFoundException)
        {
            return [];
        }
    }
}
