using Ordo.Campus.Identity;
using Ordo.Campus.Records;
using Ordo.Campus.Shared.Data;

namespace Ordo.Campus.Seed;

/// <summary>
/// A campus of real data: all results of the Open University Learning Analytics Dataset, and real discussion posts where the folder
/// has them. The data set is anonymous; titles of courses and names of students are made up.
/// </summary>
internal static class RealCampus
{
    private const int LecturerCourses = 4;
    private const int StudentCourses = 2;

    private static readonly Dictionary<string, string> Titles = new(StringComparer.Ordinal)
    {
        ["AAA"] = "Society and Technology",
        ["BBB"] = "Social Research",
        ["CCC"] = "Introduction to Databases",
        ["DDD"] = "Networks and Protocols",
        ["EEE"] = "Statistics in Practice",
        ["FFF"] = "Software Engineering",
        ["GGG"] = "Understanding Health",
    };

    public static CampusContent Load(string folder)
    {
        string oulad = Path.Combine(folder, "oulad");
        IReadOnlyList<CourseGrade> grades = OuladReader.Read(oulad);
        Dictionary<string, int> students = grades.GroupBy(grade => grade.Scope)
            .ToDictionary(scope => scope.Key, scope => scope.Select(grade => grade.Grade.StudentId).Distinct().Count());
        Course[] courses = [.. OuladReader.ReadAssessments(oulad)
            .GroupBy(row => row.Course)
            .Where(course => students.ContainsKey(Course.GradesScope(course.Key)))
            .OrderBy(course => course.Key, StringComparer.Ordinal)
            .Select((course, index) => ToCourse(course, index, students[Course.GradesScope(course.Key)]))];
        return new CampusContent(courses, grades, ForumReader.Read(folder));
    }

    private static Course ToCourse(IGrouping<string, AssessmentRow> course, int index, int studentCount)
    {
        string[] parts = course.Key.Split('-');
        string year = parts[1][..4];
        return new Course
        {
            Code = course.Key,
            Title = Titles.GetValueOrDefault(parts[0], $"Module {parts[0]}"),
            Term = parts[1].EndsWith('B') ? $"Spring {year}" : $"Autumn {year}",
            StudentCount = studentCount,
            Members = [.. CampusRole.All.Where(role => index < CoursesOf(role)).Select(role => role.Name)],
            Assessments = [.. course
                .OrderBy(row => row.Date ?? int.MaxValue).ThenBy(row => row.Id)
                .GroupBy(row => row.Kind)
                .SelectMany(kind => kind.Select((row, number) => (Row: row, Label: $"{kind.Key} {number + 1}")))
                .OrderBy(item => item.Row.Date ?? int.MaxValue).ThenBy(item => item.Row.Id)
                .Select(item => new Assessment { Id = item.Row.Id, Label = item.Label, Weight = item.Row.Weight })],
        };
    }

    private static int CoursesOf(CampusRole role) =>
        role.MayApprove ? int.MaxValue : role.IsStaff ? LecturerCourses : StudentCourses;
}
